"""What `make eval-detection` measures, on the shipped model: a watch's life, real streams."""

from pathlib import Path

import pytest

from vigie.domain.incident import AGAINST, Level, Nature
from vigie.replay.evaluation.benchmark import measure_benchmark
from vigie.replay.evaluation.library import Lived, live
from vigie.replay.evaluation.model import classify
from vigie.replay.evaluation.overlay import lay, read_stream
from vigie.replay.scenarios.crises import CRISES


@pytest.fixture(scope="module", params=[12, 18])
def lived(request: pytest.FixtureRequest) -> Lived:
    """Let a watch of seven posts a day live for five weeks."""
    return live(request.param, classify)


def test_a_calm_watch_calls_nobody(lived: Lived) -> None:
    """In four weeks from its first minute on."""
    assert lived.calm.pages == ()
    assert lived.calm.silences == 0


def test_a_crisis_is_paged_for_what_it_is_and_rests_on_its_cause(lived: Lived) -> None:
    """Without the posts that were stated there is no alarm; they are not all of it."""
    crises = [one for one in lived.played if one.scenario in {crisis.name for crisis in CRISES}]
    assert len(crises) == 2
    for crisis in crises:
        assert crisis.paged
        assert crisis.nature in AGAINST
        assert 0 < crisis.cause < crisis.of
        assert not crisis.again


def test_other_events_call_nobody(lived: Lived) -> None:
    """Praise, or robots."""
    *_, other = lived.played
    assert other.level < Level.ORANGE


@pytest.mark.shared
def test_a_disaster_in_the_world_is_seen_and_calls_nobody(shared: Path) -> None:
    """The train disaster of Lac-Mégantic, laid over the calm of three watches."""
    stream = read_stream(shared / "data" / "streams" / "crisislex_lac_megantic_fr_en")
    for seed in range(3):
        told = lay(stream, 20.0, seed)
        assert told.nature is Nature.INFORMATION
        assert told.pages == told.without


@pytest.mark.shared
def test_the_benchmark_is_scored_as_published(shared: Path) -> None:
    """Whoever changes the detector moves these figures knowingly."""
    standard, careful = measure_benchmark(shared / "data" / "nab_tweets").scored
    assert round(standard.published.score, 1) == 80.2
    assert round(careful.published.score, 1) == 70.2
    assert standard.best.score >= standard.published.score
