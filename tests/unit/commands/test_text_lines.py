"""Texts are read from lines whatever the lines hold, and each keeps its place."""

import json
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie import wire
from vigie.commands import texts
from vigie.commands.texts import (
    CHUNK_TEXTS,
    MAX_LINE_BYTES,
    Line,
    Text,
    Unreadable,
    chunks,
    read_texts,
)
from vigie.lines import Place
from vigie.testing.builders import a_post, an_assessment

ANYTHING = st.text(st.characters(codec=None))


def read(content: bytes, language: str | None = None) -> list[Line]:
    """Read the lines of a file with this content."""
    return list(read_texts(BytesIO(content), language=language))


@given(
    st.lists(
        st.tuples(
            ANYTHING | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.none(),
            ANYTHING,
            st.none() | st.sampled_from(["fr", "en-GB"]),
        )
    )
)
def test_what_anybody_writes_as_json_is_read_back(
    written: list[tuple[str | float | None, str, str | None]],
) -> None:
    """Any id and any text, emoji and halves of emoji among them."""
    lines = [
        json.dumps({"id": id_, "text": text, "lang": lang}).encode() for id_, text, lang in written
    ]
    found = read(b"\n".join(lines))
    assert [
        (line.id, line.text, line.language) for line in found if isinstance(line, Text)
    ] == written
    assert [line.after.line for line in found] == list(range(1, len(lines) + 1))


@given(st.text())
def test_a_text_may_stand_there_unescaped(text: str) -> None:
    """UTF-8 is what most programs write."""
    (found,) = read(json.dumps({"text": text}, ensure_ascii=False).encode())
    assert isinstance(found, Text)
    assert found.text == text


@given(st.lists(st.binary(max_size=40).map(lambda line: line.replace(b"\n", b" "))))
def test_no_bytes_whatever_stop_the_reading(lines: list[bytes]) -> None:
    """Every line that is not blank comes out once, in order, readable or not."""
    numbers = [number for number, line in enumerate(lines, 1) if line.strip()]
    assert [line.after.line for line in read(b"\n".join(lines))] in (
        numbers,
        numbers[1:],  # a first line of nothing but a byte order mark is blank
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"plain words", "is not JSON at column 1: write one object per line"),
        (b'{"text": "cut', "is not JSON at column 10"),
        (b'["text"]', "is no JSON object: write one per line"),
        (b'{"id": "1"}', 'has no "text": write an object such as'),
        (b'{"id": "1", "text": null}', 'has no "text"'),
        (b'{"id": "1", "text": 5}', 'has a "text" that is no string: write it in quotes'),
        (b'{"text": "a", "lang": 1}', 'has a "lang" that is no string'),
        (b'{"id": [1], "text": "a"}', 'has an "id" that is neither a string nor a number'),
        (b'{"id": true, "text": "a"}', 'has an "id" that is neither'),
        (b'{"id": NaN, "text": "a"}', "holds NaN, which is not JSON"),
        (b'{"id": 1e999, "text": "a"}', 'has an "id" that is too large a number'),
        (b'{"id": -1e999}', 'has an "id" that is too large a number'),
        (b'{"text": "caf\xe9"}', "is not UTF-8 at byte 14: save the file as UTF-8"),
        (b"[" * 100_000, "is JSON that nobody can read"),
        (b'{"id": ' + b"1" * 5000 + b"}", "is JSON that nobody can read"),
    ],
)
def test_a_line_without_a_text_says_what_to_do(line: bytes, said: str) -> None:
    """And the lines around it are read as ever."""
    good = b'{"id": "x", "text": "bonjour"}'
    before, found, after = read(b"\n".join([good, line, good]))
    assert isinstance(found, Unreadable)
    assert found.reason.startswith(said)
    assert found.after.line == 2
    assert isinstance(before, Text)
    assert isinstance(after, Text)


def test_the_id_of_an_unreadable_line_is_kept_where_it_can_be() -> None:
    """Whoever reads the answers finds the line again."""
    (found,) = read(b'{"id": "post-7", "text": 5}')
    assert (type(found), found.id) == (Unreadable, "post-7")


def test_a_sentence_about_a_line_never_holds_its_words() -> None:
    """What people wrote does not end up in a terminal's history."""
    for line in (b'{"text": ["secret"]}', b"secret", b'{"secret": 1}'):
        (found,) = read(line)
        assert isinstance(found, Unreadable)
        assert "secret" not in found.reason


def test_an_exported_assessment_is_a_text_with_the_id_of_its_post() -> None:
    """What was recorded can be judged again, as the classifier got it then."""
    exported = wire.encode(an_assessment(a_post(7, text="Quelle honte", language="fr")))
    (found,) = read(exported)
    assert isinstance(found, Text)
    assert (found.id, found.text, found.language) == ("practice:7", "Quelle honte", "fr")


def test_the_given_language_is_that_of_lines_that_bring_none() -> None:
    """A line knows better."""
    own, other = read(b'{"text": "a", "lang": "en"}\n{"text": "b", "lang": null}', language="fr")
    assert isinstance(own, Text)
    assert isinstance(other, Text)
    assert (own.language, other.language) == ("en", "fr")


def test_a_huge_text_is_read_and_a_line_without_end_is_not() -> None:
    """A hundred thousand characters, all of them escaped, are well within the bound."""
    huge = json.dumps({"text": "ش" * 100_000}).encode()
    endless = b'{"text": "' + b"x" * MAX_LINE_BYTES + b'"}'
    text, unreadable, last = read(huge + b"\n" + endless + b'\n{"text": "ok"}')
    assert isinstance(text, Text)
    assert len(text.text) == 100_000
    assert isinstance(unreadable, Unreadable)
    assert unreadable.reason == "is longer than 16 MiB: shorten its text"
    assert isinstance(last, Text)


def test_blank_lines_and_windows_line_ends_are_no_content() -> None:
    """Numbers of lines stay those that an editor shows."""
    found = read(b'\xef\xbb\xbf{"text": "a"}\r\n\r\n  \r\n{"text": "b"}\r\n')
    assert [(type(line), line.after.line) for line in found] == [(Text, 1), (Text, 4)]


@pytest.mark.parametrize("count", [0, 1, CHUNK_TEXTS, CHUNK_TEXTS + 1, 3 * CHUNK_TEXTS])
def test_chunks_hold_every_line_in_order(count: int) -> None:
    """No chunk is longer than its bound."""
    lines: list[Line] = [Text("a", number, "fr", Place(number, number)) for number in range(count)]
    found = list(chunks(iter(lines)))
    assert [line for chunk in found for line in chunk] == lines
    assert all(len(chunk) <= CHUNK_TEXTS for chunk in found)


@pytest.mark.parametrize(
    "line", ['{"text": "123456"}', '{"id": "123456"}', '{"text": "", "lang": "123456"}']
)
def test_long_texts_make_short_chunks(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded by characters, not only by lines, wherever in a line they stand."""
    monkeypatch.setattr(texts, "CHUNK_CHARACTERS", 10)
    lines = read(f"{line}\n".encode() * 5)
    assert [len(chunk) for chunk in chunks(iter(lines))] == [2, 2, 1]
