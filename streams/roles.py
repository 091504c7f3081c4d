"""The five roles and what each reads and writes: the table of the README, as data.

It imports nothing of Faust, so that the command line can name roles without starting up.
"""

from dataclasses import dataclass
from enum import StrEnum

from vigie import topics


class Role(StrEnum):
    """One Faust app, consumer group and process each."""

    CLASSIFY = "classify"
    DETECT = "detect"
    MODERATE = "moderate"
    ALERT = "alert"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class Traffic:
    """Topics of the catalogue, without the installation's prefix."""

    reads: tuple[str, ...]
    writes: tuple[str, ...] = ()


TRAFFIC: dict[Role, Traffic] = {
    Role.CLASSIFY: Traffic(
        reads=(topics.MENTIONS, topics.COMMENTS),
        writes=(topics.ASSESSMENTS, topics.DEAD_LETTERS),
    ),
    Role.DETECT: Traffic(
        reads=(topics.ASSESSMENTS, topics.OBSERVATIONS, topics.REVIEWS),
        writes=(topics.OBSERVATIONS, topics.INCIDENTS, topics.CANARIES, topics.DEAD_LETTERS),
    ),
    Role.MODERATE: Traffic(
        reads=(topics.ASSESSMENTS, topics.REVIEWS),
        writes=(topics.ACTIONS, topics.DEAD_LETTERS),
    ),
    Role.ALERT: Traffic(
        reads=(topics.INCIDENTS, topics.REVIEWS, topics.RECEIPTS, topics.CANARIES),
        writes=(topics.CANARIES, topics.DEAD_LETTERS),
    ),
    Role.RECORD: Traffic(
        reads=(
            topics.ASSESSMENTS,
            topics.INCIDENTS,
            topics.ACTIONS,
            topics.REVIEWS,
            topics.DEAD_LETTERS,
        ),
        writes=(topics.DEAD_LETTERS,),
    ),
}
"""Every role can write dead letters; detect's table has its changelog besides."""
