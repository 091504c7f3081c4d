"""Webhook: an incident told to a machine, as a signed CloudEvent.

Signed after the Standard Webhooks specification (HMAC-SHA256 over id, time and body), so that any
of its libraries can verify it; the body is CloudEvents 1.0 in structured mode. Nobody can be asked
what they have received: a double carries the id of the first, by which a receiver drops it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import httpx
from standardwebhooks import Webhook

from alerting.channels.gateway import ACCOUNT_PAUSE, asked_pause
from config import alerting as sections
from vigie.domain.notification import Channel, reference_of
from vigie.errors import Rejected, Transient
from vigie.ports import Message, Receipt

CLOUD_EVENT: Final = "application/cloudevents+json; charset=utf-8"
_LATER: Final = frozenset({408, 425, 429})
"""Answers that ask for another try, RFC 9110 section 15.5, RFC 8470 and RFC 6585."""


_UNKNOWN_TO_IT: Final = frozenset({401, 403})
"""A key can be put right while the message waits."""


class WebhookNotifier:
    """Posts to people's addresses over pooled connections; `now` is real time."""

    def __init__(self, section: sections.Webhook, *, now: Callable[[], datetime]) -> None:
        self._signer = Webhook(section.key.get_secret_value())
        self._client = httpx.AsyncClient(timeout=section.timeout.total_seconds())
        self._now = now

    @property
    def channel(self) -> Channel:
        """Webhook."""
        return Channel.WEBHOOK

    @property
    def tells_delivery(self) -> bool:
        """No: that somebody's server took it is all one can know."""
        return False

    async def send(self, message: Message) -> Receipt:
        """Post the message; its text is the body.

        Raises:
            Transient: no connection, no answer in time, overload or a fault of the server.
            Rejected: the server does not want it, or has moved.
        """
        reference = reference_of(message.id)
        try:
            async with self._client.stream(
                "POST",
                message.to,
                content=message.text.encode(),
                headers=self._headers(reference, message.text),
            ) as response:
                _require_success(response)
        except httpx.InvalidURL as error:
            problem = "the person's webhook address is none: correct it under alerting.people"
            raise Rejected(problem) from error
        except httpx.RequestError as error:
            problem = f"no answer from the webhook: {type(error).__name__}; it is tried again"
            raise Transient(problem, maybe_done=True) from error
        return Receipt(provider_id=reference)

    async def find(self, message: Message) -> Receipt | None:  # noqa: ARG002 - there is no look-up
        """Return None: a receiver drops what it has by its id."""
        return None

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _headers(self, reference: str, body: str) -> dict[str, str]:
        now = self._now()
        return {
            "Content-Type": CLOUD_EVENT,
            "webhook-id": reference,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signer.sign(reference, now, body),
        }


def _require_success(response: httpx.Response) -> None:
    """Go by the status alone: what the server says is never read."""
    status = response.status_code
    if response.is_success:
        return
    if status in _LATER:
        problem = f"the webhook said {status}: later"
        raise Transient(problem, retry_after=asked_pause(response))
    if status in _UNKNOWN_TO_IT:
        problem = (
            f"the webhook does not know who is speaking ({status}): check alerting.webhook.key,"
            " and this machine's clock"
        )
        raise Transient(problem, retry_after=ACCOUNT_PAUSE)
    if response.is_server_error:
        problem = f"the webhook said {status}; it is tried again"
        raise Transient(problem, retry_after=asked_pause(response), maybe_done=True)
    problem = f"the webhook refused the message ({status}): check the person's webhook address"
    raise Rejected(problem)
