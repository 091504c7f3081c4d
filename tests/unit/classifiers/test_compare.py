"""What a switch would change is counted exactly, and by each model's own thresholds."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.compare import Pair, compare, reached, tone
from vigie.commands.verdict import decide
from vigie.domain.action import HideThreshold
from vigie.domain.assessment import (
    Category,
    Scores,
    Sentiment,
    Target,
    Toxicity,
    Unknown,
)
from vigie.testing.builders import MODEL, NEGATIVE, NEUTRAL, POSITIVE

LOW = {(Category.INSULT, "fr"): HideThreshold(0.5, proven=True)}
HIGH = {(Category.INSULT, "fr"): HideThreshold(0.9, proven=True)}


def scores(
    insult: float | None = 0.1,
    sentiment: Sentiment = NEUTRAL,
    language: str | None = "fr",
    target: Target | None = None,
    unknown: Unknown | None = None,
) -> Scores:
    """Return scores that know of insults only."""
    return Scores(sentiment, Toxicity(insult=insult), language, target=target, unknown=unknown)


def a_pair(before: Scores, after: Scores, id_: str = "1") -> Pair:
    """Return a text judged twice."""
    return Pair(id_, "texte", before, after)


def test_the_same_model_changes_nothing() -> None:
    """A comparison with itself is all zeros."""
    same = scores(0.95, NEGATIVE, target=Target.PERSON)
    found = compare([a_pair(same, same)] * 3, LOW, LOW)
    assert found.texts == found.sentiment.same == found.target.same == 3
    assert (found.any_reach.newly, found.any_reach.no_longer) == (0, 0)
    assert found.largest == ()


def test_each_model_is_held_against_its_own_thresholds() -> None:
    """The same score may hide under one model and not under the other."""
    same = scores(0.7)
    found = compare([a_pair(same, same)], LOW, HIGH)
    assert (found.any_reach.before, found.any_reach.after) == (1, 0)
    assert found.reach[Category.INSULT].no_longer == 1
    assert found.reach[Category.TOXIC].no_longer == 0
    assert compare([a_pair(same, same)], HIGH, LOW).any_reach.newly == 1


def test_the_sentiment_of_a_text_that_nobody_could_read_counts_nowhere() -> None:
    """What stands in its place is no opinion."""
    silent = scores(None, unknown=Unknown.EMPTY)
    found = compare([a_pair(silent, scores(0.1, POSITIVE))], LOW, LOW)
    assert found.sentiment.known == 0
    assert (found.tones[0].total(), found.tones[1]["positive"]) == (0, 1)
    assert found.unknown[0][Unknown.EMPTY] == 1


def test_heads_that_only_one_model_knows_are_told() -> None:
    """A head lost is no score that fell."""
    found = compare([a_pair(scores(None), scores(0.3)), a_pair(scores(0.3), scores(None))], {}, {})
    assert found.heads_gained == found.heads_lost == {Category.INSULT: 1}
    assert found.largest == ()


def test_the_largest_changes_come_first_and_only_as_many_as_asked_for() -> None:
    """Ids lead to the texts that somebody should look at."""
    moves = [0.2, 0.9, 0.5, 0.4]
    pairs = [a_pair(scores(0.05), scores(0.05 + move), f"{move}") for move in moves]
    found = compare(pairs, LOW, LOW, largest=2)
    assert [change.id for change in found.largest] == ["0.9", "0.5"]
    assert found.largest[0].head == "insult"
    assert compare(pairs, LOW, LOW, largest=0).largest == ()


def test_of_equal_changes_the_earliest_stay() -> None:
    """The list is the same at every run."""
    pairs = [a_pair(scores(0.1), scores(0.5), str(number)) for number in range(5)]
    found = compare(pairs, LOW, LOW, largest=2)
    assert [change.id for change in found.largest] == ["0", "1"]


def test_a_sentiment_that_moves_most_is_the_change_that_is_told() -> None:
    """Not only abuse matters."""
    found = compare([a_pair(scores(0.1, NEGATIVE), scores(0.2, POSITIVE))], LOW, LOW)
    assert found.largest[0].head in {"negative", "positive"}
    assert found.sentiment.same == 0


def test_a_stream_is_read_once_and_not_kept() -> None:
    """A month of posts fits into the memory of a small server."""

    def pairs() -> Iterator[Pair]:
        for number in range(1000):
            yield a_pair(scores(0.1), scores(0.1 + number / 2000), str(number))

    found = compare(pairs(), LOW, LOW, largest=3)
    assert found.texts == 1000
    assert [change.id for change in found.largest] == ["999", "998", "997"]


@pytest.mark.parametrize("unknown", Unknown)
def test_what_is_unknown_reaches_no_threshold(unknown: Unknown) -> None:
    """As in service."""
    assert reached(scores(0.99, unknown=unknown), LOW) == frozenset()


VALUES = st.none() | st.floats(0, 1)


@given(
    st.builds(
        scores,
        VALUES,
        st.sampled_from([NEGATIVE, NEUTRAL, POSITIVE]),
        st.sampled_from([None, "fr", "de"]),
        st.sampled_from([None, *Target]),
        st.sampled_from([None, *Unknown]),
    )
)
def test_a_threshold_is_reached_exactly_where_the_policy_in_service_sees_abuse(
    given_scores: Scores,
) -> None:
    """What a comparison counts is what moderation would look at."""
    decision = decide("bonjour", given_scores, LOW, MODEL)
    assert bool(reached(given_scores, LOW)) is (decision.category is not None)


@pytest.mark.parametrize(
    ("sentiment", "name"), [(NEGATIVE, "negative"), (NEUTRAL, "neutral"), (POSITIVE, "positive")]
)
def test_the_tone_is_the_likeliest_sentiment(sentiment: Sentiment, name: str) -> None:
    """And none where the model said nothing."""
    assert tone(scores(sentiment=sentiment)) == name
    assert tone(replace(scores(sentiment=sentiment), unknown=Unknown.MODEL)) is None
    assert tone(replace(scores(sentiment=sentiment), unknown=Unknown.LANGUAGE)) == name
