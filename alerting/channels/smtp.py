"""Connections to the mail server, kept open for a while: a crisis has many messages in a row."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

import aiosmtplib

from config.alerting import Email

AT_ONCE: Final = 4
"""Connections at a time: mail servers let one client have about ten."""
IDLE: Final = timedelta(seconds=30)
"""So long a connection waits for the next message; servers hang up after some minutes."""


class Connections:
    """A few connections, logged in; `tls` replaces the system's trusted authorities."""

    def __init__(
        self, section: Email, *, tls: ssl.SSLContext | None = None, idle: timedelta = IDLE
    ) -> None:
        self._section = section
        self._tls = tls
        self._keep = idle.total_seconds()
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._idle: dict[aiosmtplib.SMTP, asyncio.TimerHandle] = {}

    @asynccontextmanager
    async def one(self) -> AsyncIterator[aiosmtplib.SMTP]:
        """Lend a connection that is ready for a message; what breaks it is not lent again.

        Raises:
            aiosmtplib.SMTPException: no connection, or the server refuses it.
            OSError: no connection.
        """
        async with self._turns:
            client = await self._waiting() or await self._opened()
            try:
                yield client
            except (aiosmtplib.SMTPResponseException, aiosmtplib.SMTPRecipientsRefused):
                self._put_back(client)
                raise
            except BaseException:
                client.close()
                raise
            self._put_back(client)

    async def aclose(self) -> None:
        """Take leave of the server on every connection."""
        while self._idle:
            client, timer = self._idle.popitem()
            timer.cancel()
            try:
                await client.quit()
            except (aiosmtplib.SMTPException, OSError):
                client.close()

    async def _waiting(self) -> aiosmtplib.SMTP | None:
        """Return a connection that waits and still answers; nothing is under way on it."""
        while self._idle:
            client, timer = self._idle.popitem()
            timer.cancel()
            try:
                await client.rset()
            except (aiosmtplib.SMTPException, OSError):
                client.close()
            else:
                return client
        return None

    async def _opened(self) -> aiosmtplib.SMTP:
        section = self._section
        client = aiosmtplib.SMTP(
            hostname=section.host,
            port=section.port,
            use_tls=section.security == "tls",
            start_tls=section.security == "starttls",
            tls_context=self._tls,
            username=section.username,
            password=section.password.get_secret_value() if section.password else None,
            timeout=section.timeout.total_seconds(),
        )
        try:
            await client.connect()
        except BaseException:
            client.close()
            raise
        return client

    def _put_back(self, client: aiosmtplib.SMTP) -> None:
        if client.is_connected:
            loop = asyncio.get_running_loop()
            self._idle[client] = loop.call_later(self._keep, self._expire, client)

    def _expire(self, client: aiosmtplib.SMTP) -> None:
        if self._idle.pop(client, None):
            client.close()
