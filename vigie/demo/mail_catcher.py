"""A real mail server that keeps what it receives: for drills, and to test the e-mail channel."""

import asyncio
import email.policy
import ssl
import threading
from concurrent.futures import Future
from contextlib import suppress
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

START_WITHIN_S = 5.0
"""Longer than a busy machine takes to open a socket."""
_OK = "250 2.0.0 kept"


class MailCatcher:
    """Listens from a thread between `start` and `stop`, on a free port where `port` is 0.

    `tls` offers STARTTLS and needs it before a login, or with `implicit_tls` protects the whole
    connection; `login` is the one name and password that
    is let in (without it, everybody is). Messages are kept in `messages`, oldest first, and
    written into `folder` as numbered .eml files.
    """

    messages: list[EmailMessage]

    def __init__(  # noqa: PLR0913 - an address, and what may be asked of a mail server
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        folder: Path | None = None,
        *,
        tls: ssl.SSLContext | None = None,
        implicit_tls: bool = False,
        login: tuple[str, str] | None = None,
    ) -> None:
        self.host = host
        self.port = port
        self.messages = []
        self._folder = folder
        self._starttls = None if implicit_tls else tls
        self._implicit_tls = tls if implicit_tls else None
        self._login = login
        self._refusals: list[tuple[str, str]] = []
        self._hanging = False
        self._thread: threading.Thread | None = None
        self._sessions: list[SMTP] = []

    @property
    def connections(self) -> int:
        """How many connections there have been."""
        return len(self._sessions)

    def hang_up(self) -> None:
        """End every connection at once, as a server does that has waited for too long."""
        self._loop.call_soon_threadsafe(self._hang_up)

    def refuse_next(self, reply: str, *, at: str = "DATA", times: int = 1) -> None:
        """Answer the next commands `at` (RCPT or DATA) with this reply, such as 451 4.3.0 later."""
        self._refusals += [(at, reply)] * times

    def hang(self) -> None:
        """Take messages in from now on without ever answering."""
        self._hanging = True

    def start(self) -> None:
        """Listen; `port` is then the real one.

        Raises:
            OSError: the port is taken.
        """
        if self._folder:
            self._folder.mkdir(parents=True, exist_ok=True)
        started: Future[int] = Future()
        self._thread = threading.Thread(target=self._run, args=(started,), daemon=True)
        self._thread.start()
        self.port = started.result(START_WITHIN_S)

    def stop(self) -> None:
        """Hang up on everybody and free the port."""
        if self._thread:
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()
            self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept a recipient, unless told to refuse."""
        del server, options
        if self._login and not session.authenticated:
            return "530 5.7.0 log in first"
        if refusal := self._refusal("RCPT"):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(  # noqa: N802 - aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep the message, unless told to refuse it or to hang."""
        del server, session
        if self._hanging:
            await asyncio.Event().wait()
        if refusal := self._refusal("DATA"):
            return refusal
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        if self._folder:
            path = self._folder / f"{len(self.messages) + 1:04}.eml"
            await asyncio.to_thread(path.write_bytes, content)
        self.messages.append(message_from_bytes(content, policy=email.policy.default))
        return _OK

    def _refusal(self, command: str) -> str | None:
        for index, (at, reply) in enumerate(self._refusals):
            if at == command:
                del self._refusals[index]
                return reply
        return None

    def _run(self, started: Future[int]) -> None:
        try:
            asyncio.run(self._listen(started))
        except OSError as error:
            started.set_exception(error)

    async def _listen(self, started: Future[int]) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        server = await self._loop.create_server(
            self._session, self.host, self.port, ssl=self._implicit_tls
        )
        started.set_result(server.sockets[0].getsockname()[1])
        await self._stopping.wait()
        server.close()
        self._hang_up()
        await asyncio.sleep(0)  # connections end in the next round of the loop

    def _hang_up(self) -> None:
        for session in self._sessions:
            if isinstance(session.transport, asyncio.WriteTransport):
                session.transport.abort()

    def _session(self) -> SMTP:
        session = SMTP(
            self,
            hostname="mail.vigie.invalid",
            tls_context=self._starttls,
            auth_require_tls=self._starttls is not None,
            authenticator=self._let_in if self._login else None,
            loop=self._loop,
        )
        self._sessions.append(session)
        return session

    def _let_in(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        del server, session, envelope, mechanism
        name, password = self._login or ("", "")
        given = data if isinstance(data, LoginPassword) else LoginPassword(b"", b"")
        right = (given.login, given.password) == (name.encode(), password.encode())
        return AuthResult(success=right, handled=False)


def serve(host: str, port: int, folder: Path | None) -> None:
    """Run the server until it is interrupted."""
    with MailCatcher(host, port, folder), suppress(KeyboardInterrupt):
        threading.Event().wait()
