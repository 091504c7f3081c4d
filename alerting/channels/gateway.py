"""What gateways for text messages have in common: the network around them, and how they refuse.

A gateway says what to ask and what the answers mean, without a socket: a generator that yields
requests and is sent the responses. It also says what it can do.
"""

import hashlib
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeVar

import httpx
import msgspec

from vigie.domain.notification import Channel
from vigie.errors import Rejected, Transient, VigieError
from vigie.ports import Message, Receipt

T = TypeVar("T")
Exchange = Generator[httpx.Request, httpx.Response, T]
"""Requests out, responses in, and a result at the end."""

ACCOUNT_PAUSE = timedelta(minutes=1)
"""What is wrong with our account can be put right while the message waits."""
_NO_CREDIT = 402
_TOO_MANY = 429
_TAG_LENGTH = 20


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a gateway can tell afterwards: whether it has a message, and whether it arrived."""

    look_up: bool
    receipts: bool


class Gateway(Protocol):
    """One provider's API; raises Transient or Rejected out of its exchanges."""

    @property
    def name(self) -> str:
        """What it is called in settings and errors."""
        ...

    @property
    def abilities(self) -> Abilities:
        """What it can tell afterwards."""
        ...

    @property
    def auth(self) -> httpx.Auth | None:
        """How its requests are signed."""
        ...

    def send(self, message: Message) -> Exchange[Receipt]:
        """Hand the message over."""
        ...

    def find(self, message: Message) -> Exchange[Receipt | None]:
        """Look up whether it has this message; None: no, or it got lost."""
        ...


class SmsNotifier:
    """Text messages through one gateway over pooled connections; a given client stays yours."""

    def __init__(
        self, gateway: Gateway, *, timeout: timedelta, client: httpx.AsyncClient | None = None
    ) -> None:
        self._gateway = gateway
        self._timeout = timeout.total_seconds()
        self._own = client is None
        self._client = client or httpx.AsyncClient()

    @property
    def channel(self) -> Channel:
        """SMS."""
        return Channel.SMS

    @property
    def name(self) -> str:
        """The gateway's name."""
        return self._gateway.name

    @property
    def tells_delivery(self) -> bool:
        """Whether a look-up says that a message arrived."""
        return self._gateway.abilities.receipts

    async def send(self, message: Message) -> Receipt:
        """Hand the message to the gateway.

        Raises:
            Transient: no connection, no readable answer in time, overload or a fault of theirs, or
                something is wrong with our account.
            Rejected: the gateway refuses this message.
        """
        return await self._run(self._gateway.send(message))

    async def find(self, message: Message) -> Receipt | None:
        """Look up whether this very message went to this number, where the gateway can tell.

        Raises:
            Transient: no connection, no readable answer in time, overload or a fault of theirs, or
                something is wrong with our account.
        """
        if not self._gateway.abilities.look_up:
            return None
        return await self._run(self._gateway.find(message))

    async def aclose(self) -> None:
        """Close the connections that are ours."""
        if self._own:
            await self._client.aclose()

    async def _run(self, exchange: Exchange[T]) -> T:
        try:
            request = next(exchange)
            while True:
                request = exchange.send(await self._answer(request))
        except StopIteration as done:
            result: T = done.value
            return result

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        request.extensions["timeout"] = httpx.Timeout(self._timeout).as_dict()
        auth = self._gateway.auth or httpx.USE_CLIENT_DEFAULT
        try:
            return await self._client.send(request, auth=auth)
        except httpx.RequestError as error:
            unsent = isinstance(
                error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout
            )
            message = f"no answer from {self.name}: {type(error).__name__}; it is tried again"
            raise Transient(message, maybe_done=not unsent) from error


def tag_of(message: Message) -> str:
    """Return what marks the message at a gateway: the same on every try, and it tells nothing."""
    return hashlib.sha256(message.id.encode()).hexdigest()[:_TAG_LENGTH]


def decoded(response: httpx.Response, type_: type[T], gateway: str) -> T:
    """Return the body of an answer that is fine.

    Raises:
        Transient: it cannot be read; what was asked may have been done.
    """
    try:
        return msgspec.json.decode(response.content, type=type_)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise unreadable(gateway) from error


def unreadable(gateway: str) -> Transient:
    """Return the error for an answer that makes no sense."""
    message = f"the answer of {gateway} cannot be read; it is looked up and tried again"
    return Transient(message, maybe_done=True)


def require_success(
    response: httpx.Response, gateway: str, *, code: object, login: Mapping[int, str]
) -> None:
    """Raise what an answer other than success means; `login` says what to check per status.

    It goes by status and the gateway's `code` alone: their texts repeat the number.

    Raises:
        Transient: overload, a fault of the gateway, or something is wrong with our account.
        Rejected: it refuses this message.
    """
    status = response.status_code
    if not 200 <= status < 300:  # noqa: PLR2004 - success, RFC 9110 section 15
        raise _refusal(response, gateway, code, login)


def _refusal(
    response: httpx.Response, gateway: str, code: object, login: Mapping[int, str]
) -> VigieError:
    status = response.status_code
    if status == _TOO_MANY:
        return Transient(f"{gateway} asks for a pause", retry_after=asked_pause(response))
    if not 400 <= status < 500:  # noqa: PLR2004 - faults of the client, RFC 9110 section 15
        return Transient(f"{gateway} said {status}; it is tried again", maybe_done=True)
    if status in login:
        message = f"{gateway} refused our login (error {code}): check {login[status]}"
        return Transient(message, retry_after=ACCOUNT_PAUSE)
    if status == _NO_CREDIT:
        message = f"{gateway} says the account has no credit left (error {code})"
        return Transient(message, retry_after=ACCOUNT_PAUSE)
    return Rejected(
        f"{gateway} refused the message ({status}, error {code}):"
        " check the person's phone number and the sender"
    )


def asked_pause(response: httpx.Response) -> timedelta | None:
    """Return how long the other side asks to be left alone, where it says so in seconds."""
    seconds = response.headers.get("Retry-After")
    return timedelta(seconds=int(seconds)) if seconds and seconds.isdecimal() else None
