"""The micro-batcher: the loop stays free, callers share runs, closing loses nothing."""

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta

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


class StuckClassifier(SlowClassifier):
    """The fake, that holds its thread until it is let go."""

    def __init__(self) -> None:
        super().__init__(seconds=0.0)
        self.release = threading.Event()

    def classify(self, texts: Sequence[str], languages: Sequence[str | None]) -> list[Scores]:
        """Return the fake's scores once let go."""
        self.release.wait(30)
        return super().classify(texts, languages)


@pytest.fixture
def stuck() -> Iterator[StuckClassifier]:
    """Give a classifier that is let go in the end, so that its thread ends with the test."""
    classifier = StuckClassifier()
    yield classifier
    classifier.release.set()


SOON = timedelta(milliseconds=50)


async def said(caplog: pytest.LogCaptureFixture, words: str) -> None:
    """Wait until the log holds these words."""
    for _ in range(1000):
        if words in caplog.text:
            return
        await asyncio.sleep(0.005)
    pytest.fail(f"never said: {words}")


async def test_a_run_over_its_time_is_given_up_and_said_without_texts(
    stuck: StuckClassifier, caplog: pytest.LogCaptureFixture
) -> None:
    """Every caller of the run is told to try again."""
    async with MicroBatcher(stuck, timeout=SOON) as batcher:
        callers = (batcher.classify([f"honteux {n}"], ["fr"]) for n in range(3))
        outcomes = await asyncio.gather(*callers, return_exceptions=True)
    assert [type(one) for one in outcomes] == [Transient] * 3
    assert "longer than 0.05 s" in str(outcomes[0])
    assert [record.getMessage() for record in caplog.records] == ["run=late texts=3 timeout_s=0.05"]
    assert "honteux" not in caplog.text


async def test_nothing_piles_up_behind_a_run_that_is_over_its_time(stuck: StuckClassifier) -> None:
    """Those who wait in the queue or for room are refused, and so is who comes later."""
    async with MicroBatcher(stuck, texts=1, waiting=4, timeout=SOON) as batcher:
        callers = [asyncio.create_task(batcher.classify(["merci"], ["fr"])) for _ in range(50)]
        outcomes = await asyncio.wait_for(asyncio.gather(*callers, return_exceptions=True), 5)
        assert {type(one) for one in outcomes} == {Transient}
        with pytest.raises(Transient, match=r"classifier\.timeout"):
            await batcher.classify(["merci"], ["fr"])
        assert stuck.runs == []  # the one thread is still in its first run


async def test_a_run_that_ends_late_makes_room_for_the_next(
    stuck: StuckClassifier, caplog: pytest.LogCaptureFixture
) -> None:
    """Its own answer is nobody's; the next caller gets the next one, from the same thread."""
    async with MicroBatcher(stuck, timeout=SOON) as batcher:
        with pytest.raises(Transient):
            await batcher.classify(["honteux"], ["fr"])
        stuck.release.set()
        await said(caplog, "run=ended_late error=none")
        (scores,) = await batcher.classify(["merci"], ["fr"])
    assert scores.sentiment.positive > scores.sentiment.negative
    assert (stuck.runs, len(stuck.threads)) == ([1, 1], 1)


async def test_a_late_run_that_fails_is_told_and_forgotten(
    stuck: StuckClassifier, caplog: pytest.LogCaptureFixture
) -> None:
    """Its error belongs to nobody."""
    stuck.failure = MemoryError("no room")
    async with MicroBatcher(stuck, timeout=SOON) as batcher:
        with pytest.raises(Transient, match=r"longer than"):
            await batcher.classify(["honteux"], ["fr"])
        stuck.release.set()
        await said(caplog, "run=ended_late error=MemoryError")
        stuck.failure = None
        assert len(await batcher.classify(["merci"], ["fr"])) == 1


async def test_closing_does_not_wait_for_a_run_that_is_over_its_time(
    stuck: StuckClassifier,
) -> None:
    """A worker that is told to stop stops."""
    batcher = MicroBatcher(stuck, timeout=SOON)
    with pytest.raises(Transient):
        await batcher.classify(["merci"], ["fr"])
    begun = time.monotonic()
    await batcher.close()
    await asyncio.sleep(0)
    await batcher.close()
    assert time.monotonic() - begun < 5  # it is let go after the test, or after 30 s
    with pytest.raises(Transient, match="closing"):
        await batcher.classify(["merci"], ["fr"])


def test_a_run_that_ends_after_the_loop_is_gone_disturbs_nobody(
    stuck: StuckClassifier, caplog: pytest.LogCaptureFixture
) -> None:
    """Its answer is dropped in silence."""

    async def _give_up() -> None:
        batcher = MicroBatcher(stuck, timeout=SOON)
        with pytest.raises(Transient):
            await batcher.classify(["merci"], ["fr"])
        await batcher.close()

    asyncio.run(_give_up())
    caplog.clear()
    stuck.release.set()
    for thread in threading.enumerate():
        if thread.name.startswith("classifier"):
            thread.join(5)
    assert stuck.runs == [1]
    assert caplog.records == []


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


async def test_a_caller_that_went_away_costs_no_run() -> None:
    """Whoever tries again and again in vain must not fill the queue behind a slow run."""
    slow = SlowClassifier()
    async with MicroBatcher(slow) as batcher:
        first = asyncio.create_task(batcher.classify(["merci"], ["fr"]))
        await asyncio.sleep(0.01)
        for _ in range(5):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.001):
                    await batcher.classify(["honteux"] * 10, ["fr"] * 10)
        last = await batcher.classify(["merci"], ["fr"])
        assert len(await first) == len(last) == 1
    assert slow.runs == [1, 1]
