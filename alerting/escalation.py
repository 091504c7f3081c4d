"""How many people are asked as time passes, and when one may be asked again: pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from vigie.domain.case import Case
from vigie.domain.notification import Delivery, DeliveryState, NotifyReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """When the next person is told: after so long without an answer, or of quiet of the taker.

    Nobody is told of one step more than `rounds` times. None: never.
    """

    unanswered: timedelta | None = timedelta(minutes=10)
    quiet: timedelta | None = timedelta(hours=1)
    rounds: int = 2

    def due(
        self, case: Case, pages: Sequence[Delivery], *, people: int, most: int, now: datetime
    ) -> list[NotifyReason]:
        """Return why each place is given, in their order, as of now.

        `pages` are those of the case's step so far, `people` how many are told at once; no more
        than `most` follow because nobody answers.
        """
        if taken := case.taken:
            before = [page for page in pages if page.notification.created <= taken.at]
            signs = [word.at for word in case.current if word.reviewer == taken.reviewer]
            quiet = _rounds(now - max(signs), self.quiet)
            first = [NotifyReason.LEVEL_RAISED] * len(asked(before))
            return first + [NotifyReason.TAKER_QUIET] * min(quiet, most)
        since = min((page.notification.created for page in pages), default=now)
        unanswered = min(_rounds(now - since, self.unanswered), most)
        return (
            [NotifyReason.LEVEL_RAISED] * people
            + [NotifyReason.PASSED_ON] * case.passes
            + [NotifyReason.UNANSWERED] * unanswered
        )

    def allows(self, case: Case, mine: Sequence[Delivery], *, now: datetime) -> bool:
        """Say whether somebody with these pages may be asked: the first time, or after the wait.

        Not somebody whom no try reaches.
        """
        if not mine:
            return True
        wait = self.unanswered if case.taken is None else self.quiet
        last = max(page.notification.created for page in mine)
        return (
            wait is not None
            and now - last >= wait
            and bool(asked(mine))
            and len(asked(mine, dead=True)) < self.rounds
        )


def asked(pages: Sequence[Delivery], *, dead: bool = False) -> list[tuple[str, int]]:
    """Return who was asked in which round, oldest first; `dead`: also where all tries failed."""
    ordered = sorted(pages, key=lambda page: page.notification.created)
    alive = [page for page in ordered if dead or page.state is not DeliveryState.DEAD]
    return list(
        dict.fromkeys((page.notification.person, page.notification.round) for page in alive)
    )


def _rounds(waited: timedelta, after: timedelta | None) -> int:
    return waited // after if after else 0
