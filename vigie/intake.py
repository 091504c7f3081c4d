"""Reads what connectors and files hand in, one JSON line per change, into posts.

The lines are the public input format of Vigie. Everything here is pure: the key, the time of
arrival and the limits are arguments. Sentences of errors name the field and what is wrong with
it, never what it holds.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from vigie.domain.dead_letter import DeadLetter
from vigie.domain.post import Capability, Change, Kind, Platform, Post
from vigie.errors import Unprocessable
from vigie.wire import without_values

EARLIEST: Final = datetime(2004, 1, 1, tzinfo=UTC)
"""Before this there was nothing to listen to: an earlier time is a unit or parsing mistake."""

AHEAD: Final = timedelta(days=1)
"""How far a platform's clock may run ahead of ours before its times are nonsense."""

MAX_NAME: Final = 256
"""Longest id, source or handle, in characters: they become keys, headers and index entries."""

MAX_URL: Final = 2048
"""Longest link, in characters."""

MAX_FOLLOWERS: Final = 10**10
"""More than there are people."""

_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_Time = Annotated[datetime, Meta(tz=True)]


class Line(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True, omit_defaults=True):
    """One change of one post as it stands in a line; ids are the platform's own.

    `changed` is when an edit or removal happened; on a creation it says nothing and is ignored.
    """

    id: str
    platform: Platform
    source: str
    kind: Kind
    conversation: str
    author: str
    published: _Time
    text: str
    change: Change = Change.CREATED
    parent: str | None = None
    followers: Annotated[int, Meta(ge=0, le=MAX_FOLLOWERS)] | None = None
    account_created: _Time | None = None
    changed: _Time | None = None
    language: str | None = None
    url: str | None = None
    audience: str | None = None
    capabilities: tuple[Capability, ...] = ()


_decoder = msgspec.json.Decoder(Line)
_encoder = msgspec.json.Encoder()


def parse_line(raw: bytes) -> Line:
    """Return the line.

    Raises:
        Unprocessable: not JSON, or a field is missing, unknown or wrong.
    """
    try:
        line = _decoder.decode(raw)
    except msgspec.ValidationError as error:
        raise Unprocessable(without_values(str(error))) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        where = re.search(r"\(byte \d+\)$", str(error))
        sentence = f"the line is not JSON {where[0] if where else ''}".rstrip()
        raise Unprocessable(sentence) from None
    _check(line)
    return line


def format_line(line: Line) -> bytes:
    """Return the line as JSON, without a line end."""
    return _encoder.encode(line)


def to_post(line: Line, *, author_key: bytes, received: datetime, max_text: int) -> Post:
    """Return the post that the line describes.

    Ids get the platform in front, the author becomes a keyed hash, and the handle is kept only
    on comments, where a hide or a reply needs it. A removal carries no text, whatever was sent.

    Raises:
        Unprocessable: a time that cannot be, or more than `max_text` characters.
    """
    if len(line.text) > max_text:
        message = f"text: {len(line.text)} characters, more than intake.max_text ({max_text})"
        raise Unprocessable(message)
    published = _plausible("published", line.published, received)
    changed, born = published, line.account_created
    if line.change is not Change.CREATED and line.changed is not None:
        changed = _plausible("changed", line.changed, received)
    return Post(
        id=f"{line.platform}:{line.id}",
        platform=line.platform,
        source=line.source,
        kind=line.kind,
        conversation=f"{line.platform}:{line.conversation}",
        author=author_hash(line.platform, line.author, key=author_key),
        published=published,
        changed=changed,
        received=received.astimezone(UTC),
        text="" if line.change is Change.REMOVED else line.text.replace("\0", _REPLACEMENT),
        change=line.change,
        parent=None if line.parent is None else f"{line.platform}:{line.parent}",
        handle=line.author if line.kind is Kind.COMMENT else None,
        followers=line.followers,
        account_created=None if born is None else _plausible("account_created", born, received),
        language=line.language,
        url=line.url,
        audience=line.audience,
        capabilities=line.capabilities,
    )


@dataclass(frozen=True, slots=True)
class Intake:
    """What one installation makes of what comes in; see `to_post` for its settings."""

    author_key: bytes
    max_text: int

    def admit(
        self, raw: bytes, *, origin: str, position: str, received: datetime, cut: bool = False
    ) -> Post | DeadLetter:
        """Return the post of a line, or the dead letter that keeps what could not be read.

        `cut` says that `raw` is only the beginning of a line that was too long. The same line of
        the same origin always gets the same id, so repeats are harmless.
        """
        try:
            if cut:
                message = f"the line is longer than {len(raw)} bytes"
                raise Unprocessable(message)  # noqa: TRY301 - one way for all refusals
            return to_post(
                parse_line(raw),
                author_key=self.author_key,
                received=received,
                max_text=self.max_text,
            )
        except Unprocessable as refusal:
            return _unreadable(
                raw, origin=origin, position=position, reason=str(refusal), at=received
            )


def _unreadable(raw: bytes, *, origin: str, position: str, reason: str, at: datetime) -> DeadLetter:
    """Return the dead letter of a line; its id follows from where it stood and what it was."""
    identity = b"\0".join((origin.encode(), position.encode(), raw))
    return DeadLetter(
        id=hashlib.blake2b(identity, digest_size=16).hexdigest(),
        origin=origin,
        position=position,
        reason=reason,
        payload=raw,
        at=at,
    )


def author_hash(platform: Platform, handle: str, *, key: bytes) -> str:
    """Return what stands for the author everywhere: keyed BLAKE2b, 16 bytes in hexadecimal.

    Without the key nobody can try handles until one fits; keys of any length are accepted.
    """
    short = hashlib.blake2b(key).digest()
    return hashlib.blake2b(f"{platform}:{handle}".encode(), key=short, digest_size=16).hexdigest()


def _check(line: Line) -> None:
    for field in ("id", "source", "conversation", "author", "parent", "audience"):
        _check_name(field, getattr(line, field), longest=MAX_NAME)
    _check_name("url", line.url, longest=MAX_URL)
    if line.language is not None and not re.fullmatch("[a-z]{2}", line.language):
        message = "language: must be a two-letter ISO 639-1 code such as fr"
        raise Unprocessable(message)
    if line.change is not Change.CREATED and line.changed is None:
        message = f"changed: is needed where change is {line.change}"
        raise Unprocessable(message)


def _check_name(field: str, value: str | None, *, longest: int) -> None:
    if value is None:
        return
    if not value.strip() or len(value) > longest:
        message = f"{field}: must have 1 to {longest} characters"
        raise Unprocessable(message)
    if _CONTROL.search(value):
        message = f"{field}: holds a control character"
        raise Unprocessable(message)


def _plausible(field: str, time: datetime, received: datetime) -> datetime:
    if not EARLIEST <= time <= received + AHEAD:
        message = f"{field}: before {EARLIEST.year}, or more than a day ahead of its arrival"
        raise Unprocessable(message)
    return time.astimezone(UTC)
