"""Judges texts for `vigie classify`: one by one with their reasons, or a file in bounded memory."""

import sys
from collections.abc import Sequence

from rich.console import Console

from classifiers.cache import DuplicateCache
from classifiers.classifier import TextClassifier
from classifiers.explain import explain
from classifiers.language import LanguageIdentifier
from classifiers.load import load_engine
from classifiers.thresholds import thresholds_in_force
from config.settings import Classifier
from vigie.commands.answers import answer, refusal
from vigie.commands.interrupts import interrupts_held
from vigie.commands.reading import Reading
from vigie.commands.score_view import Judged, view
from vigie.commands.summary_view import Summary, summary_table
from vigie.commands.texts import Line, Text, chunks, opened, read_texts
from vigie.commands.verdict import decide
from vigie.commands.wording import Wording
from vigie.domain.assessment import Scores


class Judge:
    """A model that is ready, with its thresholds.

    Raises:
        Misconfigured: the model cannot be had or run.
    """

    def __init__(self, section: Classifier) -> None:
        self.thresholds = thresholds_in_force((section, *section.also))
        self.engine = load_engine(section)
        self.undecided = section.undecided
        cache = DuplicateCache(section.cache)
        identify = LanguageIdentifier().identify
        self.classifier = TextClassifier(self.engine, identify, cache, self.undecided)
        self.model = self.classifier.model

    def scores(self, lines: Sequence[Line]) -> list[Scores]:
        """Return the scores of the texts among the lines, in order."""
        texts = [line for line in lines if isinstance(line, Text)]
        return self.classifier.classify(
            [line.text for line in texts], [line.language for line in texts]
        )


def show_texts(judge: Judge, texts: Sequence[Text], wording: Wording) -> None:
    """Print a table with bars and heavy words for each text."""
    console = Console(highlight=False)
    for one in texts:
        (scores,) = judge.scores([one])
        judged = Judged(
            text=one.text,
            scores=scores,
            thresholds=judge.thresholds,
            decision=decide(one.text, scores, judge.thresholds, judge.model),
            explanation=explain(judge.engine, one.text, scores.language or judge.undecided),
            model=judge.model,
        )
        console.print(view(judged, wording, console.width))


def write_answers(judge: Judge, texts: Sequence[Text]) -> None:
    """Write one JSON line per text to standard output, in order."""
    _write(_answers(judge, texts))


def _answers(judge: Judge, lines: Sequence[Line]) -> bytes:
    scores = iter(judge.scores(lines))
    return b"".join(
        answer(line, next(scores), judge.model)
        if isinstance(line, Text)
        else refusal(line, judge.model)
        for line in lines
    )


def _write(block: bytes) -> None:
    """Write all of the block: unbuffered (PYTHONUNBUFFERED), a pipe may take a part of it."""
    rest = memoryview(block)
    while rest:
        rest = rest[sys.stdout.buffer.write(rest) :]
    sys.stdout.buffer.flush()


def write_file(section: Classifier, file: str, language: str | None) -> int:
    """Write one JSON line per line of a file; return the exit status."""
    with opened(file) as stream:
        judge = Judge(section)
        with Reading(file, answers_to_stdout=True) as reading:
            try:
                for chunk in chunks(read_texts(stream, language=language)):
                    block = _answers(judge, chunk)
                    with interrupts_held():
                        _write(block)
                        reading.passed(chunk)
            except KeyboardInterrupt:
                return reading.interrupted()
    return reading.finished()


def summarise_file(section: Classifier, file: str, language: str | None, wording: Wording) -> int:
    """Print counts over the texts of a file; return the exit status."""
    summary = Summary()
    with opened(file) as stream:
        judge = Judge(section)
        with Reading(file, answers_to_stdout=False) as reading:
            try:
                for chunk in chunks(read_texts(stream, language=language)):
                    summary.add(judge.scores(chunk), judge.thresholds)
                    reading.passed(chunk)
            except KeyboardInterrupt:
                return reading.interrupted()
    Console(highlight=False).print(summary_table(summary, judge.model, wording))
    return reading.finished()
