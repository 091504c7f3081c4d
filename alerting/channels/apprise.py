"""Everything else, by apprise: Slack, Teams, Mattermost, Matrix, Telegram, ntfy and a hundred more.

It tells neither ids nor why something failed, so every failure is tried again, and a lost answer
may double a message. Its own log quotes addresses, which hold passwords: it is not heard.
"""

import logging
from datetime import timedelta
from typing import Final

import apprise

from vigie.domain.notification import Channel, reference_of
from vigie.errors import Rejected, Transient
from vigie.ports import Message, Receipt

TIMEOUT: Final = timedelta(seconds=20)


class AppriseNotifier:
    """Sends to the address of each person, which names the service."""

    def __init__(self, *, timeout: timedelta = TIMEOUT) -> None:
        self._timeout = timeout.total_seconds()
        log = logging.getLogger("apprise")
        log.propagate = False
        log.addHandler(logging.NullHandler())

    @property
    def channel(self) -> Channel:
        """Apprise."""
        return Channel.APPRISE

    @property
    def tells_delivery(self) -> bool:
        """No: that the service took it is all one can know."""
        return False

    async def send(self, message: Message) -> Receipt:
        """Hand the message to the service that the address names.

        Raises:
            Transient: the service did not take it; why is not told.
            Rejected: the address names no service.
        """
        service = apprise.Apprise()
        if not service.add(message.to):
            problem = (
                "apprise knows no such service: check the person's address under"
                " alerting.people, apprise"
            )
            raise Rejected(problem)
        result = await service.async_notify(
            title=message.subject or "",
            body=message.text,
            body_format=apprise.NotifyFormat.TEXT,
            timeout=self._timeout,
        )
        if not result:
            problem = "the service behind apprise did not take the message; it is tried again"
            raise Transient(problem, maybe_done=True)
        return Receipt(provider_id=reference_of(message.id))

    async def find(self, message: Message) -> Receipt | None:  # noqa: ARG002 - there is no look-up
        """Return None: these services are not asked."""
        return None

    async def aclose(self) -> None:
        """Do nothing: connections end with their message."""
