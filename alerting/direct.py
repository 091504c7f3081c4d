"""Straight to the channels, past the outbox: for what must be said while the database is away."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from alerting.backoff import pause
from alerting.deafness import Pair
from alerting.delivery import Outcome
from vigie.domain.notification import Channel
from vigie.errors import Rejected, Transient
from vigie.ports import Clock, Message, Notifier
from vigie.telemetry.metrics import Metrics

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Letter:
    """A message on its way; `due` is when it is tried next, `error` what went wrong last."""

    pair: Pair
    message: Message
    due: datetime
    attempts: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Direct:
    """Tries a letter once; whoever holds it tries again when it is due."""

    notifiers: Mapping[Channel, Notifier]
    clock: Clock
    metrics: Metrics

    async def hand_over(self, letter: Letter) -> Outcome:
        """Return what became of the try."""
        notifier = self.notifiers[letter.pair[1]]
        letter.attempts += 1
        try:
            if letter.attempts == 1 or await notifier.find(letter.message) is None:
                await notifier.send(letter.message)
        except Transient as error:
            wait = pause(letter.message.id, letter.attempts, asked=error.retry_after)
            letter.due = self.clock.now() + wait
            return self._told(letter, Outcome.RETRIED, str(error))
        except Rejected as error:
            return self._told(letter, Outcome.DEAD, str(error))
        return self._told(letter, Outcome.ACCEPTED)

    def _told(self, letter: Letter, outcome: Outcome, error: str = "") -> Outcome:
        letter.error = error
        person, channel = letter.pair
        self.metrics.canary_told.labels(channel, outcome).inc()
        logger.info(
            "told person=%s channel=%s outcome=%s error=%r", person, channel, outcome, error
        )
        return outcome
