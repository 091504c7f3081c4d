"""The cache changes what an answer costs, and nothing else."""

import gc
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.cache import DuplicateCache
from vigie.domain.assessment import Scores, Sentiment, Toxicity, Unknown
from vigie.errors import Transient


class Engine:
    """Answers by the text alone, and writes down what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[tuple[str, str | None]]] = []

    def __call__(self, texts: Sequence[str], languages: Sequence[str | None]) -> list[Scores]:
        """Return one Scores per text, in order."""
        self.asked.append(list(zip(texts, languages, strict=True)))
        return [self.alone(text, said) for text, said in self.asked[-1]]

    def alone(self, text: str, language: str | None) -> Scores:
        """Return what is said of one text."""
        negative = (sum(map(ord, text)) % 97) / 97
        return Scores(
            Sentiment(negative, 1 - negative, 0.0),
            Toxicity(toxic=len(text) / 100),
            language,
            unknown=None if text else Unknown.MODEL,
        )


TEXTS = st.tuples(
    st.text("ab\ud83d", max_size=2) | st.sampled_from(["même texte", "fr\0"]),
    st.sampled_from([None, "fr", "en"]),
)
BATCHES = st.lists(st.lists(TEXTS, max_size=6), max_size=8)


@given(BATCHES, st.integers(0, 5))
def test_answers_are_those_of_the_engine_for_any_sequence_of_batches(
    batches: list[list[tuple[str, str | None]]], size: int
) -> None:
    """Whatever is repeated, within a batch or after, and whatever had to be forgotten."""
    engine, cache = Engine(), DuplicateCache(size)
    for batch in batches:
        answers = cache.answers([text for text, _ in batch], [said for _, said in batch], engine)
        assert answers == [engine.alone(text, said) for text, said in batch]
        assert len(cache) <= size


@given(BATCHES, st.integers(1, 5))
def test_every_text_is_counted_once_as_hit_or_miss_and_asked_once_in_a_batch(
    batches: list[list[tuple[str, str | None]]], size: int
) -> None:
    """Misses are what the engine was asked for, hits what it was spared."""
    hits: list[int] = []
    misses: list[int] = []

    def _count(hit: int, missed: int) -> None:
        hits.append(hit)
        misses.append(missed)

    engine, cache = Engine(), DuplicateCache(size, _count)
    for batch in batches:
        cache.answers([text for text, _ in batch], [said for _, said in batch], engine)
    assert sum(misses) == sum(map(len, engine.asked))
    assert [one + other for one, other in zip(hits, misses, strict=True)] == list(map(len, batches))
    assert all(len(set(asked)) == len(asked) > 0 for asked in engine.asked)


def test_a_raid_inside_one_batch_costs_one_text() -> None:
    """And later copies cost none."""
    engine, cache = Engine(), DuplicateCache(10)
    cache.answers(["dehors"] * 64 + ["merci"], ["fr"] * 65, engine)
    cache.answers(["dehors"] * 64, ["fr"] * 64, engine)
    assert engine.asked == [[("dehors", "fr"), ("merci", "fr")]]


def test_the_same_words_in_another_language_are_another_text() -> None:
    """What is harmless in one may not be in the other."""
    engine, cache = Engine(), DuplicateCache(10)
    found = cache.answers(["chat"] * 3, ["fr", "en", None], engine)
    assert [scores.language for scores in found] == ["fr", "en", None]


def test_what_was_asked_for_longest_ago_is_forgotten_first() -> None:
    """A text that keeps coming stays."""
    engine, cache = Engine(), DuplicateCache(2)
    for text in ("a", "b", "a", "c", "a", "b"):
        cache.answers([text], ["fr"], engine)
    assert [text for ((text, _),) in engine.asked] == ["a", "b", "c", "b"]


def test_a_model_that_broke_on_a_text_is_asked_again() -> None:
    """What it could not say once, it may say next time; other silence is kept."""
    broken = replace(Engine().alone("a", "fr"), unknown=Unknown.MODEL)
    foreign = replace(broken, unknown=Unknown.LANGUAGE)
    cache = DuplicateCache(10)
    for silent, kept in ((broken, 0), (foreign, 1)):
        assert cache.answers(["a"], ["fr"], lambda *_, said=silent: [said]) == [silent]
        assert len(cache) == kept


def test_a_failure_passes_and_leaves_nothing() -> None:
    """The batch is tried again as if it had never come."""
    lookups: list[tuple[int, int]] = []
    cache = DuplicateCache(10, lambda hits, misses: lookups.append((hits, misses)))

    def _fail(texts: Sequence[str], languages: Sequence[str | None]) -> list[Scores]:
        del texts, languages
        message = "the engine is out of memory: try again"
        raise Transient(message)

    with pytest.raises(Transient):
        cache.answers(["a"], ["fr"], _fail)
    assert (len(cache), lookups) == (0, [])


def test_lists_that_do_not_fit_are_refused() -> None:
    """Neither a caller nor an engine may shift the scores of others."""
    engine, cache = Engine(), DuplicateCache(10)
    with pytest.raises(ValueError, match="argument"):
        cache.answers(["a", "b"], ["fr"], engine)
    with pytest.raises(ValueError, match="argument"):
        cache.answers(["a", "b"], ["fr", "fr"], lambda *_: [engine.alone("a", "fr")])


def test_size_0_asks_for_everything_every_time() -> None:
    """The switch that turns it off, for measuring the engine itself."""
    lookups: list[tuple[int, int]] = []
    engine, cache = Engine(), DuplicateCache(0, lambda *counts: lookups.append(counts))
    cache.answers(["a", "a"], ["fr", "fr"], engine)
    assert engine.asked == [[("a", "fr"), ("a", "fr")]]
    assert lookups == []


def test_no_text_stays_in_memory() -> None:
    """A post that is removed must not live on here."""
    cache = DuplicateCache(10)
    cache.answers(["un texte que personne ne garde"], ["fr"], Engine())
    held = gc.get_referents(*gc.get_referents(cache))
    reachable = [*held, *gc.get_referents(*held)]
    assert any(isinstance(thing, bytes) for thing in reachable)
    assert not any("garde" in repr(thing) for thing in reachable)
