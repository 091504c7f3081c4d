"""Ctrl-C ends a comparison early; what was judged until then is told."""

from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any, cast

from vigie.commands.comparing import _Pairs
from vigie.commands.reading import Reading
from vigie.commands.texts import CHUNK_TEXTS, Line, Text
from vigie.domain.assessment import Scores
from vigie.lines import Place
from vigie.testing.classifier import FakeClassifier


def _scores(lines: Sequence[Line]) -> list[Scores]:
    texts = [line.text for line in lines if isinstance(line, Text)]
    return FakeClassifier().classify(texts, ["fr"] * len(texts))


def test_what_was_judged_before_ctrl_c_is_compared() -> None:
    """Whole chunks, and the exit status says that it is not everything."""

    def lines() -> Iterator[Line]:
        for number in range(CHUNK_TEXTS + 1):
            yield Text("merci", None, "fr", Place(number, number))
        raise KeyboardInterrupt

    model = cast("Any", SimpleNamespace(scores=_scores))
    pairs = _Pairs((model, model), Reading(None, answers_to_stdout=False), keep_texts=False)
    found = list(pairs.of(lines()))
    assert len(found) == CHUNK_TEXTS
    assert (found[0].id, found[0].text) == ("line 0", "")
    assert pairs.interrupted
