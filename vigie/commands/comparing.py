"""Judges a recorded stream with two models for `vigie model compare`, in bounded memory."""

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from prometheus_client import CollectorRegistry
from rich.console import Console

from classifiers.compare import Pair, compare
from config.settings import Classifier, Settings
from vigie.bootstrap import Bootstrap
from vigie.commands.comparison_view import Side, Switch, as_json, as_tables
from vigie.commands.judging import Judge
from vigie.commands.reading import Reading
from vigie.commands.texts import Line, Text, chunks, opened, read_texts
from vigie.commands.wording import Wording
from vigie.domain.assessment import Scores
from vigie.errors import Misconfigured
from vigie.kafka.recorded import recorded_assessments
from vigie.lines import Place
from vigie.telemetry.metrics import Metrics

_SENTENCE: Final = "Merci à toute l'équipe pour votre aide."


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to compare; without a `file` the assessments topic is read, as old as `since`."""

    before: Classifier
    after: Classifier
    file: str | None
    since: timedelta | None
    largest: int
    show_texts: bool
    as_json: bool


class _Timed:
    """A model and how long it took for how many texts."""

    def __init__(self, section: Classifier) -> None:
        self.judge = Judge(section)
        # The identification of languages loads with its first text, and that is not the model's.
        self.judge.classifier.classify([_SENTENCE], [None])
        self._texts = 0
        self._seconds = 0.0

    def scores(self, lines: Sequence[Line]) -> list[Scores]:
        begin = time.perf_counter()
        scores = self.judge.scores(lines)
        self._seconds += time.perf_counter() - begin
        self._texts += len(scores)
        return scores

    def side(self) -> Side:
        pace = self._texts / self._seconds if self._texts else 0.0
        return Side(self.judge.model, pace)


def compare_models(request: Request, settings: Settings | None, wording: Wording) -> int:
    """Print what the switch would change; return the exit status.

    Where Ctrl-C ends it early, what was read until then is compared.

    Raises:
        Misconfigured: a model cannot be had, or the stream cannot be read.
        Transient: no broker answers.
    """
    with _stream(request, settings) as lines:
        models = _Timed(request.before), _Timed(request.after)
        with Reading(request.file, answers_to_stdout=False) as reading:
            pairs = _Pairs(models, reading, keep_texts=request.show_texts)
            found = compare(
                pairs.of(lines),
                models[0].judge.thresholds,
                models[1].judge.thresholds,
                largest=request.largest,
            )
    switch = Switch(found, models[0].side(), models[1].side(), reading.unreadable)
    if request.as_json:
        print(json.dumps(as_json(switch, show_texts=request.show_texts)))  # noqa: T201 - the answer
    else:
        console = Console(highlight=False)
        for part in as_tables(switch, wording, show_texts=request.show_texts):
            console.print(part)
    return reading.interrupted() if pairs.interrupted else reading.finished()


class _Pairs:
    """Texts as both models see them, while standard error tells how far it is."""

    def __init__(
        self, models: tuple[_Timed, _Timed], reading: Reading, *, keep_texts: bool
    ) -> None:
        self._models = models
        self._reading = reading
        self._keep_texts = keep_texts
        self.interrupted = False

    def of(self, lines: Iterable[Line]) -> Iterator[Pair]:
        try:
            for chunk in chunks(iter(lines)):
                before, after = (model.scores(chunk) for model in self._models)
                texts = (line for line in chunk if isinstance(line, Text))
                for text, one, other in zip(texts, before, after, strict=True):
                    kept = text.text if self._keep_texts else ""
                    yield Pair(_name(text), kept, one, other)
                self._reading.passed(chunk)
        except KeyboardInterrupt:
            self.interrupted = True


@contextmanager
def _stream(request: Request, settings: Settings | None) -> Iterator[Iterator[Line]]:
    if request.file:
        with opened(request.file) as file:
            yield read_texts(file)
    else:
        yield _from_kafka(settings, request.since)


def _from_kafka(settings: Settings | None, since: timedelta | None) -> Iterator[Line]:
    if settings is None:
        message = "--from-kafka reads a running system: name its deployment file with --config"
        raise Misconfigured(message)
    clock = Bootstrap(settings, Metrics(CollectorRegistry())).clock
    recorded = recorded_assessments(settings.kafka, clock.now() - since if since else None)
    posts = (assessment.post for assessment in recorded if assessment.post.text)
    return (
        Text(post.text, post.id, post.language, Place(line=number))
        for number, post in enumerate(posts, 1)
    )


def _name(text: Text) -> str:
    """Return the id, or the number of the line where there is none."""
    return f"line {text.after.line}" if text.id is None else str(text.id)
