"""The micro-batcher: the loop stays free, callers share runs, closing loses nothing."""

import asyncio
import threading
import time
from collections.abc import Sequence

import pytest

from classifiers.batcher import MicroBatcher
from vigie.domain.assessment import ModelRef, Scores
from vigie.errors import Misconfigured, Transient
from vigie.testing.classifier import FakeClassifier


class SlowClassifier:
    """The fake, each run taking a moment; it counts its runs and can be told to fail."""

    def __init__(self, seconds: float = 0.05) -> None:
        self._fake = FakeClassifier()
        self._seconds = seconds
        self.runs: list[int] = []
        self.threads: set[str] = set()
        self.failure: Exception | None = None

    @property
    def model(self) -> ModelRef:
        """Which model speaks."""
        return self._fake.model

    def classify(self, texts: Sequence[str], languages: Sequence[str | None]) -> list[Scores]:
        """Return the fake's scores, late."""
        self.runs.append(len(texts))
        self.threads.add(threading.current_thread().name)
        time.sleep(self._seconds)
        if self.failure is not None:
            raise self.failure
        return self._fake.classify(texts, languages)


async def test_callers_that_wait_together_share_a_run() -> None:
    """Twenty callers cost two runs: the first, and one for all who came meanwhile."""
    slow = SlowClassifier()
    async with MicroBatcher(slow) as batcher:
        answers = await asyncio.gather(
            *(batcher.classify([f"merci {n}", "honteux"], ["fr", None]) for n in range(20))
        )
    assert len(slow.runs) <= 3
    assert all(
        one.sentiment.positive > other.sentiment.positive
        for one, other in answers  # every caller got its own two, in order
    )


async def test_the_loop_goes_on_while_the_model_runs() -> None:
    """Heartbeats and timers are served during a run."""
    async with MicroBatcher(SlowClassifier(seconds=0.2)) as batcher:
        running = asyncio.create_task(batcher.classify(["merci"], ["fr"]))
        ticks = 0
        while not running.done():
            await asyncio.sleep(0.01)
            ticks += 1
    assert ticks >= 5


async def test_one_thread_runs_the_model() -> None:
    """The engine is safe for one thread, so it gets one."""
    slow = SlowClassifier(seconds=0.0)
    async with MicroBatcher(slow, texts=1) as batcher:
        await asyncio.gather(*(batcher.classify(["merci"], ["fr"]) for _ in range(10)))
    assert len(slow.threads) == 1


async def test_a_full_batcher_makes_callers_wait() -> None:
    """With room for two, fifty callers are answered all the same."""
    async with MicroBatcher(SlowClassifier(seconds=0.0), waiting=2) as batcher:
        answers = await asyncio.gather(*(batcher.classify(["merci"], ["fr"]) for _ in range(50)))
    assert len(answers) == 50


async def test_closing_answers_what_was_accepted_and_refuses_the_rest() -> None:
    """A stop in the middle leaves nobody waiting for ever."""
    batcher = MicroBatcher(SlowClassifier(), waiting=2)
    callers = [asyncio.create_task(batcher.classify(["merci"], ["fr"])) for _ in range(5)]
    await asyncio.sleep(0.01)
    await batcher.close()
    await batcher.close()
    outcomes = await asyncio.gather(*callers, return_exceptions=True)
    refused = [one for one in outcomes if isinstance(one, Transient)]
    assert len(refused) == 3
    with pytest.raises(Transient, match="closing"):
        await batcher.classify(["merci"], ["fr"])


async def test_a_failed_run_is_transient_and_the_next_one_works() -> None:
    """What the engine throws is named by what the caller must do."""
    slow = SlowClassifier()
    async with MicroBatcher(slow) as batcher:
        slow.failure = MemoryError("no room")
        with pytest.raises(Transient, match="MemoryError"):
            await batcher.classify(["merci"], ["fr"])
        slow.failure = Misconfigured("the model is gone")
        with pytest.raises(Misconfigured):
            await batcher.classify(["merci"], ["fr"])
        slow.failure = None
        assert len(await batcher.classify(["merci"], ["fr"])) == 1


async def test_a_caller_that_gives_up_disturbs_nobody() -> None:
    """A cancelled caller's answer is dropped; its neighbours get theirs."""
    async with MicroBatcher(SlowClassifier()) as batcher:
        leaving = asyncio.create_task(batcher.classify(["honteux"], ["fr"]))
        staying = asyncio.create_task(batcher.classify(["merci"], ["fr"]))
        await asyncio.sleep(0.01)
        leaving.cancel()
        (scores,) = await staying
    assert scores.sentiment.positive > scores.sentiment.negative


async def test_an_empty_request_needs_no_run() -> None:
    """Nothing asked, nothing done; and a batcher never used closes."""
    slow = SlowClassifier()
    async with MicroBatcher(slow) as batcher:
        assert await batcher.classify([], []) == []
    assert slow.runs == []


async def test_unequal_lists_are_refused_before_they_mix_with_others() -> None:
    """One caller's mistake must not shift another caller's scores."""
    async with MicroBatcher(SlowClassifier()) as batcher:
        with pytest.raises(ValueError, match="2 texts but 1 languages"):
            await batcher.classify(["a", "b"], ["fr"])
