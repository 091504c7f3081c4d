"""How often a post's nature is told right, on texts that were not made for it."""

import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from vigie.domain.incident import AGAINST, Nature
from vigie.domain.post import Kind
from vigie.domain.watch import MatchRule, Thresholds, Watch
from vigie.pipeline import seen_by
from vigie.replay.crisislex import read_collection
from vigie.replay.evaluation.model import classify
from vigie.replay.scenarios.texts import assessed

_FUNCTIONAL: Final = Path("tests/functional")
_WATCH: Final = Watch(
    id="organisation",
    name="Sourcebelle",
    match=(MatchRule(words=("sourcebelle", "association", "ong", "asso")),),
    thresholds=Thresholds(levels={}),
)
_MOST: Final = 1_000
_NOT_AGAINST: Final = tuple(nature for nature in Nature if nature not in AGAINST)


@dataclass(frozen=True, slots=True)
class Told:
    """Texts of one source: what they should be, how many, and how many were told to be what."""

    source: str
    wanted: tuple[Nature, ...]
    n: int
    right: int
    told: dict[Nature, int]


def measure_natures(data: Path) -> list[Told]:
    """Return a line per source; comments under the organisation's own page, or mentions."""
    comment, mention = Kind.COMMENT, Kind.MENTION
    streams = data / "streams"
    return [
        _told("criticism, own cases", _cases("criticism_fr"), comment, AGAINST),
        _told("counter-speech, own cases", _cases("counter_speech_fr"), comment, _NOT_AGAINST),
        _told(
            "a train disaster, French and English tweets",
            _tweets(streams / "crisislex_lac_megantic_fr_en"),
            mention,
            (Nature.INFORMATION, Nature.OTHER, Nature.SUPPORT),
        ),
        *(
            _told(f"{sentiment} French texts (dev)", _sentiment(data, sentiment), comment, wanted)
            for sentiment, wanted in (
                ("positive", (Nature.SUPPORT,)),
                ("neutral", (Nature.OTHER, Nature.INFORMATION, Nature.SUPPORT)),
            )
        ),
    ]


def _told(source: str, texts: Iterable[str], kind: Kind, wanted: tuple[Nature, ...]) -> Told:
    read = list(islice(texts, _MOST))
    natures: Counter[Nature] = Counter()
    for text, scores in zip(read, classify(read), strict=True):
        ((_, post),) = seen_by((_WATCH,), assessed(text, scores, kind))
        natures[post.nature] += 1
    right = sum(natures[nature] for nature in wanted)
    return Told(source, wanted, len(read), right, dict(natures))


def _cases(name: str) -> Iterator[str]:
    with (_FUNCTIONAL / f"{name}.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def _tweets(folder: Path) -> Iterator[str]:
    return (line.text for line in read_collection(folder).lines)


def _sentiment(data: Path, sentiment: str) -> Iterator[str]:
    with gzip.open(data / "sentiment.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if (row["split"], row["lang"], row["label"]) == ("dev", "fr", sentiment):
                yield row["text"]
