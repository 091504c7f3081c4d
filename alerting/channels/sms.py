"""Text messages through Twilio: the network around `alerting.channels.twilio`."""

import httpx

from alerting.channels import twilio
from config.alerting import Twilio
from vigie.domain.notification import Channel
from vigie.errors import Transient
from vigie.ports import Message, Receipt


class TwilioNotifier:
    """Sends through one account over pooled connections; a given client stays the caller's."""

    def __init__(self, section: Twilio, client: httpx.AsyncClient | None = None) -> None:
        self._section = section
        self._own = client is None
        self._client = client or httpx.AsyncClient()
        self._url = section.url.rstrip("/") + twilio.path(section.account)

    @property
    def channel(self) -> Channel:
        """SMS."""
        return Channel.SMS

    async def send(self, message: Message) -> Receipt:
        """Hand the message to the gateway.

        Raises:
            Transient: no connection, no readable answer in time, overload or a fault of theirs.
            Rejected: the gateway refuses this message or this account.
        """
        response = await self._request(
            "POST", data=twilio.form(message, sender=self._section.sender)
        )
        return twilio.accepted(response.status_code, response.headers, response.content)

    async def find(self, message: Message) -> Receipt | None:
        """Look up whether this very text went to this number since the message was made.

        Raises:
            Transient: no connection, no readable answer in time, overload or a fault of theirs.
            Rejected: the gateway refuses this account.
        """
        response = await self._request("GET", params=twilio.query(message))
        return twilio.matching(response.status_code, response.headers, response.content, message)

    async def aclose(self) -> None:
        """Close the connections that are ours."""
        if self._own:
            await self._client.aclose()

    async def _request(
        self,
        method: str,
        *,
        data: dict[str, str] | None = None,
        params: dict[str, str] | None = None,
    ) -> httpx.Response:
        section = self._section
        try:
            return await self._client.request(
                method,
                self._url,
                data=data,
                params=params,
                auth=(section.account, section.token.get_secret_value()),
                timeout=section.timeout.total_seconds(),
            )
        except httpx.RequestError as error:
            message = f"no answer from the SMS gateway: {type(error).__name__}; it is tried again"
            raise Transient(message) from error
