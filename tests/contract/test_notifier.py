"""Every channel hands a message over once, and names its own failures."""

import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from alerting.channels.apprise import AppriseNotifier
from alerting.channels.email import EmailNotifier
from alerting.channels.text_messages import text_messages
from alerting.channels.webhook import WebhookNotifier
from config.alerting import Email, Sms, Webhook
from vigie.demo.mail_catcher import MailCatcher
from vigie.demo.sms import free_mobile
from vigie.demo.sms.app import build_app, practice_sms
from vigie.errors import Rejected, Transient
from vigie.ports import Message, Notifier
from vigie.testing.http_server import running
from vigie.testing.notifier import FakeNotifier
from vigie.testing.webhook import KEY as WEBHOOK_KEY
from vigie.testing.webhook import build_app as build_webhook_app

ACCOUNT, TOKEN = "AC" + "0" * 32, "a-token"
LOGIN = ("vigie", "a-password")
CREATED = datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True)
class Bench:
    """A channel, what has reached the other side, and how to make the other side fail."""

    notifier: Notifier
    arrived: Callable[[], list[tuple[str, str]]]
    fail_for_now: Callable[[], None]
    fail_for_good: Callable[[], None] | None
    address: str
    looks_up: bool = True
    text: str = "ROUGE #184 Campagne Eau: 128 négatifs"
    lose_next_answer: Callable[[], None] = lambda: None

    def message(self, **changes: Any) -> Message:  # noqa: ANN401 - any field of Message
        """Return a message to the person."""
        message = Message(
            id="eau-184:ROUGE:alix:x",
            to=self.address,
            text=self.text,
            created=CREATED,
            thread="eau-184",
            subject="ROUGE #184 Campagne Eau",
            html="<p>128 négatifs</p>",
        )
        return replace(message, **changes)


@asynccontextmanager
async def fake() -> AsyncIterator[Bench]:
    """Give the double that ships."""
    notifier = FakeNotifier()
    yield Bench(
        notifier=notifier,
        arrived=lambda: [(m.to, m.text) for m in notifier.accepted],
        fail_for_now=lambda: notifier.fail_next(Transient("later")),
        fail_for_good=lambda: notifier.fail_next(Rejected("never")),
        lose_next_answer=lambda: notifier.lose_next_answer(Transient("lost")),
        address="+33600000001",
    )


@asynccontextmanager
async def sms(provider: str, *, code: int, looks_up: bool = True) -> AsyncIterator[Bench]:
    """Give a gateway's channel against a server that answers like it."""
    app = build_app(ACCOUNT, TOKEN)
    gateway = app.state.gateway
    with running(app) as url:
        section = Sms.model_validate(practice_sms(url, ACCOUNT, TOKEN, provider))
        notifier = text_messages(
            section,
            {"alix": free_mobile.PHONE},
            count=lambda _: None,
            now=lambda: datetime.now(UTC),
        )
        yield Bench(
            notifier=notifier,
            arrived=lambda: [(one.to, one.body) for one in gateway.messages],
            fail_for_now=lambda: gateway.fail_next(503),
            fail_for_good=lambda: gateway.fail_next(400, code=code),
            lose_next_answer=gateway.lose_next_answer,
            address=free_mobile.PHONE,
            looks_up=looks_up,
        )
        await notifier.aclose()


@asynccontextmanager
async def email(
    security: str = "none", certificate: tuple[Path, Path] | None = None
) -> AsyncIterator[Bench]:
    """Give the e-mail channel against a mail server that listens."""
    server, client = tls_contexts(certificate) if certificate else (None, None)
    with MailCatcher(tls=server, implicit_tls=security == "tls", login=LOGIN) as catcher:
        section = Email.model_validate(
            {
                "host": "127.0.0.1",
                "port": catcher.port,
                "security": security,
                "username": LOGIN[0],
                "password": LOGIN[1],
                "sender": "vigie@sourcebelle.example",
            }
        )
        notifier = EmailNotifier(section, tls=client)
        yield Bench(
            notifier=notifier,
            arrived=lambda: [(mail["To"], plain(mail)) for mail in catcher.messages],
            fail_for_now=lambda: catcher.refuse_next("451 4.3.0 later, alix@sourcebelle.example"),
            fail_for_good=lambda: catcher.refuse_next(
                "550 5.1.1 who is alix@sourcebelle.example", at="RCPT"
            ),
            looks_up=False,
            address="alix@sourcebelle.example",
        )
        await notifier.aclose()


@asynccontextmanager
async def webhook() -> AsyncIterator[Bench]:
    """Give the webhook channel against a server that verifies what it takes."""
    app = build_webhook_app()
    receiver = app.state.receiver
    with running(app) as url:
        address = f"{url}/alix?token=a-token"
        section = Webhook(key=SecretStr(WEBHOOK_KEY))
        notifier = WebhookNotifier(section, now=lambda: datetime.now(UTC))
        yield Bench(
            notifier=notifier,
            arrived=lambda: [(address, body) for _, body in receiver.taken],
            fail_for_now=lambda: receiver.fail_next(503),
            fail_for_good=lambda: receiver.fail_next(410),
            address=address,
            text='{"specversion":"1.0","id":"1","source":"/vigie","type":"é"}',
            looks_up=False,
        )
        await notifier.aclose()


@asynccontextmanager
async def through_apprise() -> AsyncIterator[Bench]:
    """Give the channel of apprise, against a server that takes its JSON."""
    taken: list[tuple[str, str]] = []
    refusals: list[int] = []

    async def take(request: Request) -> Response:
        if refusals:
            return Response(status_code=refusals.pop(0))
        taken.append((address, (await request.json())["message"]))
        return Response()

    app = Starlette(routes=[Route("/alix", take, methods=["POST"])])
    with running(app) as url:
        address = url.replace("http://", "json://alix:a-token@") + "/alix"
        yield Bench(
            notifier=AppriseNotifier(),
            arrived=lambda: taken,
            fail_for_now=lambda: refusals.append(503),
            fail_for_good=None,
            address=address,
            looks_up=False,
        )


def plain(mail: EmailMessage) -> str:
    """Return the plain-text part."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).strip()


def tls_contexts(certificate: tuple[Path, Path]) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return the server's context, and a client's that trusts it."""
    chain, key = certificate
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(chain, key)
    return server, ssl.create_default_context(cafile=str(chain))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Make a certificate for 127.0.0.1 that lasts a day."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("the openssl command is not installed, so no certificate can be made")
    folder = tmp_path_factory.mktemp("certificate")
    chain, key = folder / "chain.pem", folder / "key.pem"
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    whom = ["-subj", "/CN=mail.vigie.invalid", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(
        [
            openssl,
            "req",
            "-x509",
            "-nodes",
            "-days",
            "1",
            *curve,
            *whom,
            "-keyout",
            key,
            "-out",
            chain,
        ],
        check=True,
        capture_output=True,
    )
    return chain, key


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_mail_server_that_cannot_prove_who_it_is_gets_nothing(
    security: str, certificate: tuple[Path, Path]
) -> None:
    """Transient, since certificates are renewed; the sentence says what to check."""
    server, _ = tls_contexts(certificate)
    with MailCatcher(tls=server, implicit_tls=security == "tls") as catcher:
        section = {
            "host": "127.0.0.1",
            "port": catcher.port,
            "security": security,
            "sender": "vigie@sourcebelle.example",
        }
        message = Message(id="x", to="alix@sourcebelle.example", text="x", created=CREATED)
        with pytest.raises(Transient, match="certificate"):
            await EmailNotifier(Email.model_validate(section)).send(message)
    assert catcher.messages == []


GATEWAYS = {"twilio": 21211, "ovhcloud": 400, "brevo": 400, "free_mobile": 400}
"""With the code of an error that no second try mends."""


MADE = {"fake": fake, "email": email, "webhook": webhook, "apprise": through_apprise}


@pytest.fixture(
    params=["fake", *GATEWAYS, "email", "email-starttls", "email-tls", "webhook", "apprise"]
)
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    """Give one channel after the other."""
    channel, _, security = request.param.partition("-")
    if security:
        made = email(security, request.getfixturevalue("certificate"))
    elif channel in GATEWAYS:
        made = sms(channel, code=GATEWAYS[channel], looks_up=channel != "free_mobile")
    else:
        made = MADE[channel]()
    async with made as bench:
        yield bench


async def test_a_message_arrives_whole(bench: Bench) -> None:
    """Address and text, with every accent; the receipt names it."""
    message = bench.message()
    receipt = await bench.notifier.send(message)
    assert bench.arrived() == [(message.to, message.text)]
    assert receipt.provider_id


async def test_what_fails_for_now_is_transient_and_goes_through_the_next_time(bench: Bench) -> None:
    """The channel does not try again by itself: the sender owns the loop."""
    bench.fail_for_now()
    with pytest.raises(Transient):
        await bench.notifier.send(bench.message())
    assert bench.arrived() == []
    await bench.notifier.send(bench.message())
    assert len(bench.arrived()) == 1


async def test_what_fails_for_good_is_rejected(bench: Bench) -> None:
    """Nothing is gained by trying again."""
    if bench.fail_for_good is None:  # apprise does not tell why something failed
        bench = replace(bench, address="nonsense://alix:a-token@127.0.0.1")
    else:
        bench.fail_for_good()
    with pytest.raises(Rejected):
        await bench.notifier.send(bench.message())
    assert bench.arrived() == []


async def test_errors_do_not_repeat_the_address(bench: Bench) -> None:
    """They go to the log and to the board."""
    for fail in (bench.fail_for_now, bench.fail_for_good or bench.fail_for_now):
        fail()
        with pytest.raises((Transient, Rejected)) as raised:
            await bench.notifier.send(bench.message())
        assert bench.address not in str(raised.value)
        assert "alix" not in str(raised.value)
        assert "a-token" not in str(raised.value)


async def test_what_was_never_sent_is_not_found(bench: Bench) -> None:
    """So it is sent."""
    assert await bench.notifier.find(bench.message()) is None


async def test_what_was_sent_is_found_where_the_channel_can_tell(bench: Bench) -> None:
    """By its mark, or by text and address; another message is not taken for it."""
    receipt = await bench.notifier.send(bench.message())
    found = await bench.notifier.find(bench.message())
    if not bench.looks_up:
        assert found is None
        return
    assert found is not None
    assert found.provider_id == receipt.provider_id
    assert await bench.notifier.find(bench.message(id="eau-185", text="ROUGE #185")) is None
    assert await bench.notifier.find(bench.message(id="noe", to="+33600000002")) is None


async def test_a_message_whose_answer_was_lost_is_found(bench: Bench) -> None:
    """The look-up before sending again is there for this."""
    if not bench.looks_up:
        return
    bench.lose_next_answer()
    with pytest.raises(Transient):
        await bench.notifier.send(bench.message())
    assert await bench.notifier.find(bench.message()) is not None


async def test_an_older_message_with_the_same_text_is_not_taken_for_it(bench: Bench) -> None:
    """What was sent before the notification was made is another one."""
    if isinstance(bench.notifier, FakeNotifier) or not bench.looks_up:
        return
    await bench.notifier.send(bench.message())
    later = bench.message(id="eau-184:later", created=CREATED + timedelta(hours=1))
    assert await bench.notifier.find(later) is None
