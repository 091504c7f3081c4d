"""The texts of the scenarios as a watch sees them: judged once by the model, then filled in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Final

import yaml

from vigie.domain.assessment import Assessment, ModelRef, Scores
from vigie.domain.observation import ObservedPost
from vigie.domain.post import Kind, Platform, Post
from vigie.domain.watch import Watch
from vigie.pipeline import seen_by

PLACES: Final = ("Valmont", "Brécourt", "Saint-Auvin", "Loriac")
AFFAIRS: Final = ("audit", "contrats", "harcèlement", "forage", "caisse noire", "enquête")
_SUM: Final = "300 000"
_ANY_TIME: Final = datetime(2026, 1, 1, tzinfo=UTC)

Classify = Callable[[Sequence[str]], Sequence[Scores]]


@dataclass(frozen=True, slots=True)
class Written:
    """A text in one filling: what for, where, about what."""

    role: str
    number: int
    place: int = 0
    affair: int = 0


class Texts:
    """Says how a watch sees each text, under its own page or elsewhere."""

    def __init__(self, watch: Watch, classify: Classify) -> None:
        self._watch = watch
        self._classify = classify
        self._written = _read()
        self._seen: dict[tuple[Written, Kind], ObservedPost] = {}

    def count(self, role: str) -> int:
        """Return how many texts a role has."""
        return len(self._written[role])

    def seen(self, written: Written, kind: Kind) -> ObservedPost:
        """Return the post as the watch counts it, at no particular time."""
        if (written, kind) not in self._seen:
            self._judge(written.role, written.affair)
        return self._seen[written, kind]

    def _judge(self, role: str, affair: int) -> None:
        """Judge all texts of a role at once: the model likes company."""
        fillings = [
            Written(role, number, place, affair)
            for number in range(self.count(role))
            for place in range(len(PLACES))
        ]
        texts = [self._fill(filling) for filling in fillings]
        for filling, text, scores in zip(fillings, texts, self._classify(texts), strict=True):
            for kind in Kind:
                ((_, post),) = seen_by((self._watch,), assessed(text, scores, kind))
                self._seen[filling, kind] = post

    def _fill(self, written: Written) -> str:
        text = self._written[written.role][written.number]
        place, affair = PLACES[written.place], AFFAIRS[written.affair]
        return text.replace("{place}", place).replace("{sum}", _SUM).replace("{word}", affair)


@cache
def _read() -> dict[str, list[str]]:
    page = files("vigie.replay.scenarios").joinpath("texts.yaml").read_text("utf-8")
    found: dict[str, list[str]] = yaml.safe_load(page)
    return found


def assessed(text: str, scores: Scores, kind: Kind) -> Assessment:
    """Return a text as an assessment of a post at no particular time or place."""
    post = Post(
        id="practice:0",
        platform=Platform.PRACTICE,
        source="page" if kind is Kind.COMMENT else "search",
        kind=kind,
        conversation="",
        author="",
        published=_ANY_TIME,
        changed=_ANY_TIME,
        received=_ANY_TIME,
        text=text,
    )
    return Assessment(post=post, scores=scores, model=ModelRef("", ""), assessed=_ANY_TIME)
