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
_TELL_PATHS: Final = ("urllib3", "requests_oauthlib", "oauthlib")
"""Under apprise: they log paths and headers, which hold passwords too, where DEBUG is on."""


class AppriseNotifier:
    """Sends to the address of each person, which names the service."""

    def __init__(self, *, timeout: timedelta = TIMEOUT) -> None:
        self._timeout = timeout.total_seconds()
        logging.getLogger("apprise").disabled = True
        for name in _TELL_PATHS:
            logging.getLogger(name).setLevel(logging.WARNING)
        # No picture from elsewhere: showing it would tell that the message was read.
        self._asset = apprise.AppriseAsset(app_id="Vigie", image_url_mask="", image_url_logo="")
        # Reads all services, which takes a second: now, rather than when a message is due.
        apprise.Apprise.instantiate("json://localhost")

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
            Rejected: the address names no service, or several.
        """
        service = self._service(message.to)
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

    def _service(self, address: str) -> apprise.Apprise:
        """Return what sends to the address, without what an address may ask for besides.

        That a failure does not matter, is tried again at once, or sends it elsewhere: the outbox
        could not know. Nor of two services in one, where a second try would double the first.
        """
        services = apprise.Apprise(asset=self._asset)
        services.add(address)
        if len(services) != 1:
            problem = (
                "apprise knows no such service: check the person's address under"
                " alerting.people, apprise; it is one service's"
            )
            raise Rejected(problem)
        (service,) = services
        service.optional, service.retry, service.redirects = False, 0, False
        return services
