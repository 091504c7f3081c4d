"""E-mail over SMTP (RFC 5321).

A mail server cannot be asked whether it has a message already, so a crash between its acceptance
and our record can double one; the Message-ID stays the same, and mail programs show it once.
"""

import hashlib
import ssl
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime

import aiosmtplib

from alerting.channels.smtp import Connections
from config.alerting import Email
from vigie.domain.notification import Channel
from vigie.errors import Rejected, Transient
from vigie.ports import Message, Receipt

_ACCOUNT_PAUSE = timedelta(minutes=1)
"""A wrong login can be put right while the message waits."""
_GREYLISTED = timedelta(seconds=30)
"""A server that says 4yz means later, not at once (RFC 5321, 4.5.4.1)."""


class EmailNotifier:
    """Sends through one mail server; `tls` replaces the system's trusted authorities."""

    def __init__(self, section: Email, *, tls: ssl.SSLContext | None = None) -> None:
        self._sender = section.sender
        self._connections = Connections(section, tls=tls)

    @property
    def channel(self) -> Channel:
        """E-mail."""
        return Channel.EMAIL

    @property
    def tells_delivery(self) -> bool:
        """No: that the server took it is all one can know."""
        return False

    async def send(self, message: Message) -> Receipt:
        """Hand the message to the mail server; acceptance is all it ever tells.

        Raises:
            Transient: no connection, no answer in time, or a reply 4yz.
            Rejected: a reply 5yz, or the server cannot do what the settings ask for.
        """
        mail = compose(message, sender=self._sender)
        try:
            async with self._connections.one() as client:
                await client.send_message(mail)
        except aiosmtplib.SMTPException as error:
            raise _classified(error) from error
        except OSError as error:
            raise _unconnected(error) from error
        return Receipt(provider_id=mail["Message-ID"])

    async def find(self, message: Message) -> Receipt | None:  # noqa: ARG002 - SMTP has no look-up
        """Return None: a mail server does not tell what it has accepted."""
        return None

    async def aclose(self) -> None:
        """Close the connections."""
        await self._connections.aclose()


def compose(message: Message, *, sender: str) -> EmailMessage:
    """Return the message in MIME, with ids that are the same on every try."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = message.to
    mail["Subject"] = message.subject or ""
    mail["Date"] = format_datetime(message.created)
    mail["Message-ID"] = _message_id(message.id, sender)
    if message.thread:
        mail["In-Reply-To"] = mail["References"] = _message_id(message.thread, sender)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text, cte="quoted-printable")
    if message.html:
        mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
    return mail


def _message_id(text: str, sender: str) -> str:
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    return f"<{digest}@{sender.rpartition('@')[2]}>"


def _classified(error: aiosmtplib.SMTPException) -> Transient | Rejected:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        error = error.recipients[0]
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _refused(error)
    if isinstance(error, aiosmtplib.SMTPTimeoutError):
        return Transient("the mail server did not answer in time; it is tried again")
    if isinstance(error, ConnectionError):
        return _unconnected(error.__cause__ or error)
    return Rejected(
        "the mail server cannot do what is asked: check alerting.email.security and username"
        f" ({type(error).__name__})"
    )


def _unconnected(error: BaseException) -> Transient:
    """Say why there is no connection; a certificate, too, may be renewed by the next try."""
    if isinstance(error, ssl.SSLError):
        return Transient(
            "the mail server's certificate is not accepted:"
            " check alerting.email.host and security; it is tried again"
        )
    name = type(error).__name__
    return Transient(f"no connection to the mail server: {name}; check alerting.email.host")


def _refused(error: aiosmtplib.SMTPResponseException) -> Transient | Rejected:
    """Go by the code alone: the server's text may repeat the address."""
    if error.code < 500:  # noqa: PLR2004 - 4yz, RFC 5321 section 4.2.1
        return Transient(f"the mail server said {error.code}: later", retry_after=_GREYLISTED)
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        message = (
            f"the mail server refused our login ({error.code}):"
            " check alerting.email.username and its password"
        )
        return Transient(message, retry_after=_ACCOUNT_PAUSE)
    return Rejected(
        f"the mail server refused the message ({error.code}):"
        " check the person's address and alerting.email.sender"
    )
