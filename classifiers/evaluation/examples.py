"""Texts with what people say of them: the dev rows of the training data, or a file of one's own.

Knows labels and files, no model. What nobody labelled is None and is measured nowhere.
"""

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Final

import msgspec

from classifiers.language import primary_language
from classifiers.text import normalise
from classifiers.training.data import CATEGORIES, CLEAN, OWN, SENTIMENTS, TARGETS, UNKNOWN, Row
from vigie.domain.assessment import Category
from vigie.errors import Misconfigured

Labels = tuple[int | None, ...]

#: Also a label of the training data; found by rules elsewhere, so no head has it.
_SPAM: Final = "spam"
#: What the sources say that label hate towards groups and nothing else.
_HATE_ONLY: Final[Labels] = tuple(
    0 if category is Category.IDENTITY_ATTACK else None for category in CATEGORIES
)


@dataclass(frozen=True, slots=True)
class Example:
    """One normalised text; `sentiment`, `labels` and `target` count as in the training data."""

    text: str
    language: str
    source: str = ""
    sentiment: int | None = None
    labels: Labels = UNKNOWN
    target: int | None = None
    variety: str = ""
    function: str = ""

    @property
    def own(self) -> bool:
        """Whether the text was written for this project."""
        return self.source.startswith(f"{OWN}:")

    def label(self, category: Category) -> int | None:
        """Return 1, 0 or None, unknown."""
        return self.labels[CATEGORIES.index(category)]


def dev_examples(rows: Iterable[Row]) -> list[Example]:
    """Return the dev *rows* with the labels that somebody gave them, weak ones left out."""
    return [
        Example(row.text, row.language, row.source, row.sentiment, _given(row), row.target)
        for row in rows
        if row.dev and row.text
    ]


def _given(row: Row) -> Labels:
    if row.label_weight >= 1.0 or row.labels != CLEAN:
        return row.labels
    return UNKNOWN if row.sentiment is not None else _HATE_ONLY


class _Line(msgspec.Struct):
    """What a line of a file may say; other fields are passed over."""

    text: str
    lang: str = ""
    source: str = ""
    sentiment: str | None = None
    labels: dict[str, bool | int | None] | list[str] | None = None
    target: str | None = None
    variety: str = ""
    function: str = ""


def read_examples(path: Path, *, language: str = "") -> list[Example]:
    """Return the texts of a JSON Lines file, gzipped where its name ends in ``.gz``.

    Each line has ``text`` and ``lang`` (*language* where it has none), and any of ``sentiment``,
    ``labels`` (a category with 1, 0 or null, or the list of all that hold), ``target``, ``source``,
    ``variety`` and ``function``. A text with nothing in it is left out.

    Raises:
        Misconfigured: the file cannot be read, a line is not such an object, or nothing is
            labelled; the sentence names the line.
    """
    try:
        with _opened(path) as lines:
            examples = [one for one in _examples(lines, path.name, language) if one.text]
    except (OSError, EOFError) as error:
        msg = f"{path} cannot be read ({error.__class__.__name__}): give a file of JSON Lines"
        raise Misconfigured(msg) from error
    if not any(_labelled(one) for one in examples):
        msg = f"{path} has no label: give sentiment, labels or target in its lines"
        raise Misconfigured(msg)
    return examples


def _opened(path: Path) -> gzip.GzipFile | BufferedReader:
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")


def _examples(lines: Iterable[bytes], name: str, language: str) -> Iterator[Example]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            # Python's own decoder: lone surrogates, which others write, are read.
            yield _example(msgspec.convert(json.loads(line.decode()), _Line), language)
        except (ValueError, RecursionError) as error:  # also what msgspec and decoders raise
            msg = f"{name}:{number}: {error}"
            raise Misconfigured(msg) from error


def _example(line: _Line, language: str) -> Example:
    spoken = primary_language(line.lang) or primary_language(language)
    if not spoken:
        msg = "the text has no lang such as fr: write one, or name a language with --lang"
        raise ValueError(msg)
    return Example(
        text=normalise(line.text),
        language=spoken,
        source=line.source,
        sentiment=_index("sentiment", line.sentiment, SENTIMENTS),
        labels=_labels(line.labels),
        target=_index("target", line.target, TARGETS),
        variety=line.variety,
        function=line.function,
    )


def _index(name: str, said: str | None, known: Sequence[str]) -> int | None:
    if said is None:
        return None
    if said not in known:
        msg = f"{name} is one of {', '.join(known)}, or left out"
        raise ValueError(msg)
    return known.index(said)


def _labels(said: dict[str, bool | int | None] | list[str] | None) -> Labels:
    if said is None:
        return UNKNOWN
    if unknown := set(said) - {*CATEGORIES, _SPAM}:
        msg = f"there is no category {min(unknown)}: labels are of {', '.join(CATEGORIES)}"
        raise ValueError(msg)
    if isinstance(said, dict):
        if not set(said.values()) <= {0, 1, None}:
            msg = "labels are 1, 0 or null"
            raise ValueError(msg)
        given = (said.get(category) for category in CATEGORIES)
        return tuple(None if one is None else int(one) for one in given)
    return tuple(int(category in said) for category in CATEGORIES)


def _labelled(one: Example) -> bool:
    return one.sentiment is not None or one.target is not None or one.labels != UNKNOWN


def languages_of(examples: Sequence[Example]) -> list[str]:
    """Return the languages that occur, French first, English second."""
    first = ("fr", "en")
    found = {one.language for one in examples}
    return [*(one for one in first if one in found), *sorted(found - {*first})]
