"""Labelled texts: only what somebody labelled counts, and a bad line is named."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from classifiers.evaluation.examples import dev_examples, languages_of, read_examples
from classifiers.evaluation.suite import read_suite
from classifiers.training.data import CLEAN, UNKNOWN, WEAK_WEIGHT, Row
from vigie.domain.assessment import Category
from vigie.errors import Misconfigured


def test_weak_labels_are_not_measured_on() -> None:
    """A French tweet that is not negative serves as not toxic in training; nobody said so."""
    weak = {"labels": CLEAN, "label_weight": WEAK_WEIGHT}
    rows = [
        Row("labelled", "fr", "mlma", dev=True, labels=CLEAN),
        Row("trained on", "fr", "mlma", dev=False, labels=CLEAN),
        Row("tweet", "fr", "umsab", dev=True, sentiment=2, **weak),
        Row("no hate", "fr", "ftr", dev=True, **weak),
        Row("one-sided", "fr", "ftr", dev=True, labels=(1, *UNKNOWN[1:]), label_weight=0.5),
        Row("", "fr", "mlma", dev=True, labels=CLEAN),
    ]
    labelled, tweet, no_hate, one_sided = dev_examples(rows)
    assert labelled.label(Category.TOXIC) == 0
    assert tweet.labels == UNKNOWN
    assert tweet.sentiment == 2
    assert (no_hate.label(Category.IDENTITY_ATTACK), no_hate.label(Category.TOXIC)) == (0, None)
    assert one_sided.label(Category.TOXIC) == 1


def test_our_own_texts_are_told_from_those_of_others() -> None:
    """They resemble what was trained on, so their figures stand apart."""
    own, public = dev_examples(
        [Row(".", "fr", source, dev=True) for source in ("own:criticism", "mlma")]
    )
    assert (own.own, public.own) == (True, False)


def write(path: Path, *lines: Any) -> Path:  # noqa: ANN401 - any JSON, or bytes as they are
    """Write a file of *lines*."""
    raw = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in lines]
    content = b"\n".join(raw) + b"\n"
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


@pytest.mark.parametrize("name", ["texts.jsonl", "texts.jsonl.gz"])
def test_a_file_may_say_labels_in_both_ways(tmp_path: Path, name: str) -> None:
    """Named with 1, 0 and null, or as the list of all that hold."""
    path = write(
        tmp_path / name,
        {"text": "a  @marie", "lang": "fr-CA", "labels": {"toxic": 1, "insult": None, "spam": 0}},
        b"",
        {"text": "b", "lang": "EN", "labels": ["insult"], "id": 7, "variety": "slang"},
        {"text": "c", "lang": "fr", "sentiment": "neutral", "target": "group", "source": "s"},
        {"text": " \u0000 ", "lang": "fr"},
    )
    named, listed, toned = read_examples(path)
    assert (named.text, named.language) == ("a @user", "fr")
    assert named.labels == (1, *UNKNOWN[1:])
    assert (listed.language, listed.variety) == ("en", "slang")
    assert listed.labels == (0, 1, 0, 0, 0, 0)
    assert (toned.sentiment, toned.target, toned.labels, toned.source) == (1, 2, UNKNOWN, "s")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (b"{", "texts.jsonl:2: Expecting property name"),
        (b'{"text": "\xff", "lang": "fr"}', "texts.jsonl:2: .*[Uu]tf"),
        ([], "texts.jsonl:2: Expected `object`"),
        ({"lang": "fr"}, "texts.jsonl:2: .*missing required field `text`"),
        ({"text": "b"}, "texts.jsonl:2: the text has no lang"),
        ({"text": "b", "lang": "français"}, "texts.jsonl:2: the text has no lang"),
        (b"[" * 100_000, "texts.jsonl:2: .*recursion"),
        ({"text": "b", "lang": "fr", "sentiment": "sad"}, "sentiment is one of negative, neutral"),
        ({"text": "b", "lang": "fr", "labels": {"toxic": 2}}, "2: labels are 1, 0 or null"),
        ({"text": "b", "lang": "fr", "labels": ["rude"]}, "there is no category rude: labels are"),
        ({"text": "b", "lang": "fr", "target": "me"}, "target is one of nobody, person, group"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: Any, sentence: str) -> None:  # noqa: ANN401
    """With its number and what is wrong with it."""
    path = write(
        tmp_path / "texts.jsonl", {"text": "a", "lang": "fr", "sentiment": "neutral"}, line
    )
    with pytest.raises(Misconfigured, match=sentence):
        read_examples(path)


def test_what_others_write_is_read(tmp_path: Path) -> None:
    """Half an emoji, true and false, a language of three letters."""
    path = write(
        tmp_path / "texts.jsonl",
        b'{"text": "a \\ud83d", "lang": "fra", "labels": {"toxic": true, "insult": false}}',
    )
    (one,) = read_examples(path)
    assert (one.text, one.language, one.labels[:2]) == ("a ?", "fr", (1, 0))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Absent, a folder, or no gzip although its name says so."""
    (tmp_path / "torn.jsonl.gz").write_bytes(gzip.compress(b"{}\n" * 9)[:12])
    for name in ("absent.jsonl", ".", "torn.jsonl.gz"):
        with pytest.raises(Misconfigured, match="cannot be read"):
            read_examples(tmp_path / name)


def test_a_file_without_labels_is_refused(tmp_path: Path) -> None:
    """Figures of nothing would be an empty page."""
    path = write(tmp_path / "texts.jsonl", {"text": "a", "lang": "fr"})
    with pytest.raises(Misconfigured, match="has no label"):
        read_examples(path)
    with pytest.raises(Misconfigured, match="has no label"):
        read_examples(write(tmp_path / "empty.jsonl"))


def test_lines_without_a_language_get_the_one_that_is_given(tmp_path: Path) -> None:
    """The functional suite has its language in the file's name."""
    path = write(
        tmp_path / "texts.jsonl",
        {"text": "a", "sentiment": "neutral"},
        {"text": "b", "lang": "en", "sentiment": "neutral"},
    )
    examples = read_examples(path, language="fr")
    assert languages_of(examples) == ["fr", "en"]


def test_the_suite_is_read_whole() -> None:
    """As many cases as the issue asks for, each with its function."""
    cases = read_suite()
    counts = {name: sum(one.source == name for one in cases) for name in {c.source for c in cases}}
    assert counts == {"functions": 560, "counter_speech": 424, "criticism": 332}
    assert {one.language for one in cases} == {"fr"}
    assert len({one.function for one in cases if one.source == "functions"}) == 28
