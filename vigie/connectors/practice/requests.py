"""The practice platform's API without IO: what is asked, and what an answer means."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec

from vigie.errors import Rejected, Transient

T = TypeVar("T")

PAGE = 200
"""Changes asked for at a time."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: method and path below the platform's URL."""

    method: str
    path: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One response; `retry_after` is the header of that name as it came."""

    status: int
    body: bytes
    retry_after: str | None = None


class Comment(msgspec.Struct, frozen=True):
    """A comment as the platform shows it."""

    id: str
    hidden: bool


class Change(msgspec.Struct, frozen=True):
    """One change of one post: a line of `vigie ingest`, kept as it came."""

    cursor: int
    post: dict[str, Any]


class Changes(msgspec.Struct, frozen=True):
    """Changes in order; `next` is the cursor behind them."""

    changes: list[Change]
    next: int


def hide(comment: str) -> Ask:
    """Ask to hide a comment."""
    return Ask("POST", f"{_path(comment)}/hide")


def unhide(comment: str) -> Ask:
    """Ask to show a comment again."""
    return Ask("POST", f"{_path(comment)}/unhide")


def show(comment: str) -> Ask:
    """Ask how a comment stands."""
    return Ask("GET", _path(comment))


def changes(after: int) -> Ask:
    """Ask for what happened after the cursor."""
    return Ask("GET", f"/api/changes?after={after}&limit={PAGE}")


def _path(comment: str) -> str:
    return f"/api/comments/{quote(comment, safe='')}"


def read(answer: Answer, type_: type[T], *, now: datetime) -> T:
    """Return what a good answer holds.

    Raises:
        Transient: 429, 5xx, or a body that is not what was asked for.
        Rejected: any other status; the sentence says what to do.
    """
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS or answer.status >= HTTPStatus(500):
        message = f"the practice platform answered {answer.status}"
        raise Transient(message, retry_after=_wait(answer.retry_after, now))
    if answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        message = "the practice platform refuses the token: correct platforms.practice.token"
        raise Rejected(message)
    if answer.status == HTTPStatus.NOT_FOUND:
        message = (
            "the practice platform has no such comment: its author removed it,"
            " or platforms.practice.url is wrong"
        )
        raise Rejected(message)
    if answer.status >= HTTPStatus(300):
        message = f"the practice platform refused with {answer.status}"
        raise Rejected(message)
    try:
        return msgspec.json.decode(answer.body, type=type_)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        message = "the practice platform answered something that is not its API"
        raise Transient(message) from error


def _wait(header: str | None, now: datetime) -> timedelta | None:
    """Return how long Retry-After (RFC 9110, 10.2.3: seconds or a date) asks to wait."""
    if header is None:
        return None
    try:
        if header.strip().isdecimal():
            return timedelta(seconds=int(header))
        until = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(timedelta(), aware - now)
