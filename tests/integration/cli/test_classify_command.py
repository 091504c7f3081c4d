"""`vigie classify` with the shipped model: one answer per line, in order, whatever it holds."""

import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from classifiers.load import load_classifier
from config.settings import Classifier
from vigie.commands.texts import CHUNK_TEXTS

FRENCH: Mapping[str, str] = {**os.environ, "LC_ALL": "fr_FR.UTF-8", "COLUMNS": "80"}
LINES: list[bytes] = [
    b'{"id": "merci", "text": "Merci beaucoup, vous \xc3\xaates formidables !", "lang": "fr"}',
    b"not json",
    json.dumps({"id": 2, "text": "T'es qu'un gros connard"}).encode(),
    b'{"id": "none"}',
    b"",
    b'{"id": "latin", "text": "caf\xe9"}',
    json.dumps({"id": "twin", "text": "T'es qu'un gros connard"}).encode(),
    json.dumps({"id": "empty", "text": " \u0000 "}).encode(),
    json.dumps({"id": "half", "text": "quelle \ud83d honte", "lang": "fr-CA"}).encode(),
    json.dumps({"id": "huge", "text": "شكرا جزيلا لكم " * 20_000}).encode(),
    json.dumps({"text": "Thank you so much, this is wonderful"}).encode(),
    json.dumps(
        {"id": "odd", "text": "Habari za asubuhi, rafiki zangu wote", "lang": "sw"}
    ).encode(),
]


def start(
    arguments: list[str],
    folder: Path,
    variables: Mapping[str, str] = FRENCH,
    **streams: Any,  # noqa: ANN401 - as Popen takes them
) -> subprocess.Popen[bytes]:
    """Start the command in a folder without a deployment file; its output waits to be taken."""
    process = subprocess.Popen(
        [sys.executable, "-m", "vigie", "classify", *arguments],
        cwd=folder,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        **streams,
    )
    fcntl.fcntl(process.stdout or 1, fcntl.F_SETPIPE_SZ, 4096)
    return process


class Run:
    """A command that has ended: its answers, what it said, its exit status."""

    def __init__(self, arguments: list[str], folder: Path, content: bytes = b"") -> None:
        process = start(arguments, folder, stdin=subprocess.PIPE)
        self.out, err = process.communicate(content)
        self.err = err.decode()
        self.status = process.returncode
        self.lines = (
            [json.loads(line) for line in self.out.splitlines()] if "--json" in arguments else []
        )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Judge all the lines once."""
    folder = tmp_path_factory.mktemp("classify")
    (folder / "in.jsonl").write_bytes(b"\n".join(LINES) + b"\n")
    return Run(["--file", "in.jsonl", "--json"], folder)


def by_id(run: Run, id_: str | int | None) -> dict[str, Any]:
    """Return the answer with this id."""
    (found,) = (line for line in run.lines if line["id"] == id_ and "error" not in line)
    return dict(found)


def test_there_is_one_answer_per_line_in_order(run: Run) -> None:
    """Blank lines are none; unreadable ones keep their place."""
    assert [line["id"] for line in run.lines] == [
        "merci",
        None,
        2,
        "none",
        None,
        "twin",
        "empty",
        "half",
        "huge",
        None,
        "odd",
    ]
    assert {tuple(line.keys() - {"error"}) for line in run.lines} == {
        tuple(by_id(run, "merci").keys() - {"error"})
    }


def test_unreadable_lines_are_named_on_standard_error_and_counted(run: Run) -> None:
    """By their numbers, with what to do, and without their words."""
    assert run.status == 1
    assert [line["error"] for line in run.lines if "error" in line] == [
        "line 2 is not JSON at column 1: write one object per line",
        'line 4 has no "text": write an object such as {"id": "1", "text": "…"}',
        "line 6 is not UTF-8 at byte 29: save the file as UTF-8",
    ]
    said = run.err.splitlines()
    assert [line for line in said if line.startswith("vigie: line")] == [
        f"vigie: {line['error']}" for line in run.lines if "error" in line
    ]
    assert said[-1] == "vigie: 3 of 11 lines could not be read"


def test_answers_are_those_of_the_classifier(run: Run) -> None:
    """Exactly the language and heads, and the scores as near as a batch leaves them."""
    text = "Merci beaucoup, vous êtes formidables !"
    (scores,) = load_classifier(Classifier()).classify([text], ["fr"])
    told = by_id(run, "merci")
    assert told["sentiment"]["positive"] == pytest.approx(scores.sentiment.positive, abs=0.1)
    assert told["sentiment"]["positive"] > 0.5
    known = {name for name, value in told["toxicity"].items() if value is not None}
    assert known == {category.value for category in scores.toxicity.known()}
    assert (told["language"], told["confidence"], told["unknown"]) == ("fr", None, None)


def test_exact_copies_get_exactly_the_same_answer(run: Run) -> None:
    """They are judged once."""
    assert {**by_id(run, "twin"), "id": 2} == by_id(run, 2)


def test_what_cannot_be_judged_says_why(run: Run) -> None:
    """Nothing but the sentiment of a foreign language is ever guessed."""
    assert by_id(run, "empty")["unknown"] == "empty"
    assert by_id(run, "odd")["unknown"] == "language"
    assert set(by_id(run, "odd")["toxicity"].values()) == {None}
    assert by_id(run, "huge")["language"] == "ar"
    assert by_id(run, "half")["language"] == "fr"


def test_a_file_of_nothing_has_no_answers(tmp_path: Path) -> None:
    """An empty file is no error, nor are blank lines."""
    run = Run(["--file", "-", "--json"], tmp_path, b"\n \n")
    assert (run.out, run.err, run.status) == (b"", "", 0)


def test_a_text_is_shown_with_bars_thresholds_and_heavy_words(tmp_path: Path) -> None:
    """In the language of the locale, without a deployment file, within 80 columns."""
    run = Run(["T'es qu'un gros connard !", "[/x] ok"], tmp_path)
    shown = run.out.decode()
    assert (run.status, run.err) == (0, "")
    assert "toxique" in shown
    assert "█" in shown
    assert "seuil 0," in shown
    assert "sans cela 0," in shown
    assert "«\u202f[/x] ok\u202f»" in shown
    assert "non reconnue" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_without_json_a_file_is_summed_up(tmp_path: Path) -> None:
    """Counts with shares; no text, no id."""
    run = Run(["--file", "-"], tmp_path, b"\n".join(LINES[:3]))
    shown = run.out.decode()
    assert "2 textes" in shown
    assert "connard" not in shown
    assert run.status == 1


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_ctrl_c_leaves_whole_lines(unbuffered: str, tmp_path: Path) -> None:
    """Also where nobody takes the answers while it is pressed, and where Python has no buffer."""
    many = 3 * CHUNK_TEXTS
    texts = (json.dumps({"id": number, "text": f"n{number % 50}"}) for number in range(many))
    (tmp_path / "many.jsonl").write_text("\n".join(texts), "utf-8")
    variables = {**FRENCH, "PYTHONUNBUFFERED": unbuffered}
    process = start(["--file", "many.jsonl", "--json"], tmp_path, variables)
    assert process.stdout is not None
    first = process.stdout.readline()
    process.send_signal(signal.SIGINT)  # the pipe is full: it waits within its first chunk
    rest, err = process.communicate()
    told = [json.loads(line) for line in (first + rest).splitlines()]
    assert rest.endswith(b"\n")
    assert [line["id"] for line in told] == list(range(CHUNK_TEXTS))
    assert process.returncode == 130
    assert f"stopped after {CHUNK_TEXTS} lines" in err.decode()


def test_who_reads_no_further_ends_it_in_silence(tmp_path: Path) -> None:
    """`| head -1` is no mistake."""
    (tmp_path / "some.jsonl").write_text('{"text": "bonjour"}\n' * 1000, "utf-8")
    process = start(["--file", "some.jsonl", "--json"], tmp_path)
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name texts to judge, or a file"),
        (["un texte", "--file", "-"], "not both"),
        (["--file", "absent.jsonl", "--json"], "cannot read absent.jsonl: No such file"),
        (["--file", ".", "--json"], "cannot read .: Is a directory"),
        (["texte", "--model", "nowhere"], "no model at 'nowhere': write shipped, fast, a folder"),
    ],
)
def test_a_mistake_is_said_in_one_sentence(arguments: list[str], said: str, tmp_path: Path) -> None:
    """And nothing is written to standard output."""
    run = Run(arguments, tmp_path)
    assert (run.status, run.out) == (2, b"")
    assert run.err.startswith("vigie: ")
    assert said in " ".join(run.err.split())


def test_the_deployment_file_says_which_model_and_language(tmp_path: Path) -> None:
    """A file that lies here is read, and a mistake in it is told."""
    (tmp_path / "vigie.yaml").write_text(
        "organisation: {name: Sourcebelle}\n"
        "intake: {author_key: a-key-for-tests}\n"
        "classifier: {model: nowhere}\n",
        "utf-8",
    )
    run = Run(["texte"], tmp_path)
    assert run.status == 2
    assert "no model at 'nowhere'" in run.err


@pytest.mark.parametrize(
    ("redirected", "status", "said"),
    [
        ("merci > /dev/full", 2, "cannot write (No space left on device): make room"),
        ("merci --json > /dev/full", 2, "cannot write (No space left on device): make room"),
        ("--file - --json <&-", 2, "standard input is closed: pipe lines into it, or name a file"),
        ("merci >&-", 0, ""),
        ("merci --json 2>&-", 0, ""),
    ],
)
def test_closed_and_full_streams_are_no_surprise(
    redirected: str, status: int, said: str, tmp_path: Path
) -> None:
    """One sentence, or none where nobody listens; never a trace."""
    command = f"{sys.executable} -m vigie classify {redirected}"
    shell = ["bash", "-c", command]
    variables = {**os.environ, "LC_ALL": "C.UTF-8"}
    ended = subprocess.run(shell, cwd=tmp_path, env=variables, capture_output=True, check=False)
    assert ended.returncode == status
    sentence = " ".join(ended.stderr.decode().split())
    assert sentence.startswith("vigie: ") if said else not sentence
    assert said in sentence


def test_a_terminal_without_accents_gets_question_marks(tmp_path: Path) -> None:
    """Its encoding cannot say the words, but the figures arrive."""
    ascii_only = {**FRENCH, "PYTHONIOENCODING": "ascii"}
    out, err = start(["Très déçu 😡"], tmp_path, ascii_only).communicate()
    assert b"Tr?s d??u ?" in out
    assert not err


def test_a_language_that_is_no_code_is_refused(tmp_path: Path) -> None:
    """Every text would be unknown, and nobody would know why."""
    run = Run(["merci", "--lang", "français"], tmp_path)
    assert run.status == 2
    assert "vigie: --lang: français is no language code: write one of ISO 639" in " ".join(
        run.err.split()
    )


def test_a_language_of_three_letters_is_the_one_of_two(tmp_path: Path) -> None:
    """Both are codes of ISO 639."""
    (line,) = Run(["merci", "--lang", "fra", "--json"], tmp_path).lines
    assert (line["language"], line["unknown"]) == ("fr", None)
