"""Classification beside the event loop: one thread runs the model, the loop stays free.

Heartbeats, timers and commits go on while a batch is scored. Callers that wait at the same moment
share one run of the model. Implements the port ``AsyncClassifier``.

A run that outlasts its time is given up for its callers, but no thread can be stopped: until it
ends by itself every request is refused, so that nothing piles up behind it and the model is never
run by two threads.
"""

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Final, Self

from vigie.domain.assessment import ModelRef, Scores
from vigie.errors import Transient, VigieError
from vigie.ports import Classifier

logger = logging.getLogger(__name__)

#: Requests accepted at a time; the next caller waits for room, which holds back its stream.
DEFAULT_WAITING: Final = 64
#: Texts after which a run of the model takes no further request: larger runs gain no speed and
#: delay whoever comes next.
DEFAULT_TEXTS: Final = 64
#: Real time after which a run is given up: a hundred times what a full one takes on two cores.
DEFAULT_TIMEOUT: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class _Request:
    texts: tuple[str, ...]
    languages: tuple[str | None, ...]
    answer: asyncio.Future[list[Scores]]


class MicroBatcher:
    """Feeds a blocking classifier from one event loop; an async context manager that closes itself.

    On closing, what was accepted is still answered; what still waits for room is refused.
    *timeout* is real time, whatever the speed of the installation's clock.
    """

    def __init__(
        self,
        classifier: Classifier,
        *,
        waiting: int = DEFAULT_WAITING,
        texts: int = DEFAULT_TEXTS,
        timeout: timedelta = DEFAULT_TIMEOUT,
    ) -> None:
        self._classifier = classifier
        self._limit = texts
        self._timeout = timeout.total_seconds()
        self._room = asyncio.Semaphore(waiting)
        self._requests: asyncio.Queue[_Request | None] = asyncio.Queue()
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="classifier")
        self._worker: asyncio.Task[None] | None = None
        self._late: asyncio.Future[list[Scores]] | None = None
        self._closed = False

    @property
    def model(self) -> ModelRef:
        """Id and version of the model behind."""
        return self._classifier.model

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def classify(self, texts: Sequence[str], languages: Sequence[str | None]) -> list[Scores]:
        """Return the scores of *texts* in order, waiting for room where too many callers wait.

        Raises:
            Transient: the engine failed or is over its time, or the batcher closes; the texts may
                be tried again.
            ValueError: *texts* and *languages* differ in length.
        """
        if len(texts) != len(languages):
            msg = f"{len(texts)} texts but {len(languages)} languages"
            raise ValueError(msg)
        if not texts:
            return []
        async with self._room:
            self._refuse_when_closed()
            if self._late is not None:
                raise self._over_time()
            if self._worker is None:
                self._worker = asyncio.create_task(self._work(), name="classifier batches")
            answer: asyncio.Future[list[Scores]] = asyncio.get_running_loop().create_future()
            self._requests.put_nowait(_Request(tuple(texts), tuple(languages), answer))
            return await answer

    def _refuse_when_closed(self) -> None:
        if self._closed:
            msg = "the classifier is closing: send the texts again after the restart"
            raise Transient(msg)

    def _over_time(self) -> Transient:
        return Transient(
            f"a run of the classifier takes longer than {self._timeout:g} s: try again later; if it"
            " stays so, give the worker more processor or raise classifier.timeout"
        )

    async def close(self) -> None:
        """Answer what was accepted, then stop the thread; closing twice is harmless.

        A run that is over its time is not waited for.
        """
        if not self._closed:
            self._closed = True
            self._requests.put_nowait(None)
        if self._worker is not None:
            await self._worker
        late = self._late
        if late is not None:
            late.cancel()  # the thread goes on; its answer must not reach a loop that is gone
        self._executor.shutdown(wait=late is None)

    async def _work(self) -> None:
        last = False
        while not last:
            batch, last = await self._gather()
            if batch:
                await self._answer(batch)

    async def _gather(self) -> tuple[list[_Request], bool]:
        """Return what waits, up to the limit of texts, and whether it was the last."""
        batch: list[_Request] = []
        size = 0
        while size < self._limit and not (batch and self._requests.empty()):
            request = await self._requests.get()
            if request is None:
                return batch, True
            if not request.answer.done():  # done already: its caller was cancelled meanwhile
                batch.append(request)
                size += len(request.texts)
        return batch, False

    async def _answer(self, batch: list[_Request]) -> None:
        if self._late is not None:
            _settle_all(batch, [], self._over_time())
            return
        texts = [text for request in batch for text in request.texts]
        languages = [language for request in batch for language in request.languages]
        run = asyncio.get_running_loop().run_in_executor(
            self._executor, self._classifier.classify, texts, languages
        )
        done, _ = await asyncio.wait([run], timeout=self._timeout)
        if not done:
            logger.error("run=late texts=%d timeout_s=%g", len(texts), self._timeout)
            self._late = run
            run.add_done_callback(self._ended_late)
            _settle_all(batch, [], self._over_time())
        elif error := run.exception():
            _settle_all(batch, [], error)
        else:
            _settle_all(batch, run.result(), None)

    def _ended_late(self, run: asyncio.Future[list[Scores]]) -> None:
        """Take requests again; nobody waits for the answer any more."""
        if run.cancelled():  # by closing: the thread is still at it
            return
        self._late = None
        error = run.exception()
        logger.warning("run=ended_late error=%s", type(error).__name__ if error else "none")


def _settle_all(batch: list[_Request], scores: list[Scores], error: BaseException | None) -> None:
    """Give every caller its own part of the scores, or all of them the error."""
    for request in batch:
        own, scores = scores[: len(request.texts)], scores[len(request.texts) :]
        if not request.answer.done():  # its caller was cancelled during the run
            _settle(request.answer, own, error)


def _settle(
    answer: asyncio.Future[list[Scores]], scores: list[Scores], error: BaseException | None
) -> None:
    """Answer one caller; what the engine raised is named by what the caller must do."""
    if error is None:
        answer.set_result(scores)
    elif isinstance(error, VigieError):
        answer.set_exception(error)
    else:
        failed = Transient(f"the classifier failed ({type(error).__name__}): try again")
        failed.__cause__ = error
        answer.set_exception(failed)
