"""What `vigie canary` runs: lets a canary go each minute, and tells people when none comes out.

It tells them itself, through the channels: whatever is broken may be what all others rely on.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from alerting.deafness import Deafness, Pair, Patience, Saying
from alerting.delivery import Outcome
from alerting.direct import Direct, Letter
from alerting.messages.deaf import CHANNELS, DeafComposer, Word
from vigie.bookmarks import Bookmark
from vigie.domain.canary import Canary, Stage, canary
from vigie.domain.notification import Person
from vigie.domain.post import Post
from vigie.errors import Misconfigured, Transient
from vigie.ports import Clock
from vigie.telemetry.metrics import Metrics

logger = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 1.0


class Cage(Protocol):
    """Where canaries go in and come out; both block, and raise while Kafka cannot be used."""

    def let_go(self, post: Post) -> None:
        """Write the post where the flow begins."""
        ...

    def come_out(self) -> list[Canary]:
        """Return what has come out since the last call, after a short wait at most."""
        ...


@dataclass(slots=True, kw_only=True)
class Lookout:
    """Lets canaries go every `interval_s`; `memory` is what a restart goes on from."""

    cage: Cage
    direct: Direct
    compose: DeafComposer
    people: Mapping[str, Person]
    patience: Patience
    interval_s: float
    clock: Clock
    metrics: Metrics
    memory: Bookmark[Deafness]
    _deafness: Deafness = field(init=False)
    _letters: list[Letter] = field(default_factory=list)
    _problem: str = ""

    def __post_init__(self) -> None:
        now = self.clock.now()
        self._deafness = self._remembered() or Deafness(heard=now)
        if self._deafness.said is None:
            self._deafness.heard = now  # while nobody listened nothing could be heard
        self._letters = self._owed()

    async def run(self) -> None:
        """Go on until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._let_go())
            group.create_task(self._listen())
            group.create_task(self._tell())

    async def test(self) -> list[Letter]:
        """Tell everybody a test, once; a letter without an error was taken."""
        letters = self._letters_to(Saying.TEST, self._pairs())
        await asyncio.gather(*map(self.direct.hand_over, letters))
        return letters

    async def _let_go(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self.cage.let_go, canary(self.clock.now()))
            except (Transient, Misconfigured) as problem:
                self._complain(problem)
            await asyncio.sleep(self.interval_s)

    async def _listen(self) -> None:
        while True:
            try:
                for one in await asyncio.to_thread(self.cage.come_out):
                    self._came_out(one)
                self._problem = ""
            except (Transient, Misconfigured) as problem:
                self._complain(problem)
                await asyncio.sleep(LOOK_EVERY_S)

    def _complain(self, problem: Exception) -> None:
        """Log what is wrong, once while it lasts: it is looked at every second."""
        if str(problem) != self._problem:
            self._problem = str(problem)
            logger.warning("problem=%s", problem)

    def _came_out(self, one: Canary) -> None:
        if one.stage is Stage.ALERTED:
            self._deafness.came_out(one.sent)
            self.metrics.canary_seen.set(one.sent.timestamp())
            self.metrics.canary_delay.observe((self.clock.now() - one.sent).total_seconds())

    async def _tell(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """Begin to say what is news, and go on with what could not be said yet."""
        now = self.clock.now()
        if saying := self._deafness.look(now, self.patience):
            logger.warning("listening=%s since=%s", saying, self._deafness.heard.isoformat())
            await asyncio.to_thread(self.memory.write, self._deafness)
            self._letters = self._owed()
        due = [letter for letter in self._letters if letter.due <= now]
        if due:
            await asyncio.gather(*map(self._say, due))
            await asyncio.to_thread(self.memory.write, self._deafness)

    async def _say(self, letter: Letter) -> None:
        outcome = await self.direct.hand_over(letter)
        if outcome is not Outcome.RETRIED:
            self._letters.remove(letter)
            self._deafness.settle(letter.pair, reached=outcome is Outcome.ACCEPTED)

    def _owed(self) -> list[Letter]:
        return self._letters_to(self._deafness.saying, self._deafness.owed(self._pairs()))

    def _pairs(self) -> list[Pair]:
        return [
            (id_, channel)
            for id_, person in self.people.items()
            for channel in CHANNELS
            if person.address(channel) and channel in self.direct.notifiers
        ]

    def _letters_to(self, saying: Saying, pairs: list[Pair]) -> list[Letter]:
        now = self.clock.now()
        word = Word(saying, self._deafness.said or now, self._deafness.heard)
        return [
            Letter((id_, channel), self.compose(word, self.people[id_], channel), due=now)
            for id_, channel in pairs
        ]

    def _remembered(self) -> Deafness | None:
        try:
            return self.memory.read()
        except Misconfigured as problem:  # then it is said once too often, not once too seldom
            logger.warning("memory=lost problem=%s", problem)
            return None
