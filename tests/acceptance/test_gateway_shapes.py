"""Every call to a gateway has the shape that its own specification describes, as Prism reads it."""

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from alerting.channels.brevo import Brevo
from alerting.channels.gateway import SmsNotifier
from alerting.channels.twilio import Twilio
from config import alerting as sections
from vigie.demo.stage import wait_until
from vigie.errors import Rejected, Transient
from vigie.ports import Message
from vigie.testing.ports import free_ports

pytestmark = [pytest.mark.prism, pytest.mark.shared]

PRISM = Path(__file__).parents[1] / "prism" / "node_modules" / ".bin" / "prism"
NODE = Path(sys.executable).with_name("node")
READY_WITHIN_S = 60
ACCOUNT = "AC" + "0" * 32
NOW = datetime.now(UTC)
MESSAGE = Message(id="eau-184:1:alix:sms", to="+33600000001", text="ROUGE #184", created=NOW)


@contextmanager
def prism(specification: Path, log: Path) -> Iterator[str]:
    """Run a server that refuses whatever the specification does not describe.

    Without `--errors`: Twilio's own example answers are not quite as it describes them.
    """
    port = free_ports(1)
    command = [NODE, PRISM, "mock", "--port", str(port), specification]
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out) as process:
        try:
            wait_until(
                lambda: "is listening" in log.read_text(encoding="utf-8"),
                what=f"Prism on {specification.name}",
                seconds=READY_WITHIN_S,
            )
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def twilio_url(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run Prism on Twilio's specification."""
    log = tmp_path_factory.mktemp("prism") / "twilio.log"
    with prism(shared / "specs" / "twilio_api_v2010.json", log) as url:
        yield url


@pytest.fixture(scope="module")
def brevo_url(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run Prism on Brevo's specification."""
    log = tmp_path_factory.mktemp("prism") / "brevo.log"
    with prism(shared / "specs" / "brevo-swagger_definition.yml", log) as url:
        yield url


def twilio(url: str) -> Twilio:
    """Return the gateway at this address."""
    section = sections.Twilio(
        url=url, account=ACCOUNT, token=SecretStr("a-token"), sender="+33700000000"
    )
    return Twilio(section, validity=timedelta(hours=4))


def brevo(url: str) -> Brevo:
    """Return the gateway at this address."""
    return Brevo(sections.Brevo(url=url, key=SecretStr("a-key"), sender="Sourcebelle"))


@pytest.fixture(params=["twilio", "brevo"])
async def channel(request: pytest.FixtureRequest) -> AsyncIterator[SmsNotifier]:
    """Give the channel of one gateway after the other, against its specification."""
    url = request.getfixturevalue(f"{request.param}_url")
    gateway = {"twilio": twilio, "brevo": brevo}[request.param](url)
    notifier = SmsNotifier(gateway, timeout=timedelta(seconds=20))
    yield notifier
    await notifier.aclose()


async def test_a_message_is_handed_over_as_described(channel: SmsNotifier) -> None:
    """And the described answer is understood."""
    receipt = await channel.send(MESSAGE)
    assert receipt.provider_id


async def test_a_look_up_asks_as_described(channel: SmsNotifier) -> None:
    """The example answers hold somebody else's messages."""
    assert await channel.find(MESSAGE) is None


@pytest.mark.parametrize(("code", "error"), [(400, Rejected), (402, Transient)])
async def test_an_error_as_described_is_understood(
    brevo_url: str, code: int, error: type[Exception]
) -> None:
    """No number, no credit."""

    async def ask_for(request: httpx.Request) -> None:
        request.headers["Prefer"] = f"code={code}"

    async with httpx.AsyncClient(event_hooks={"request": [ask_for]}) as client:
        notifier = SmsNotifier(brevo(brevo_url), timeout=timedelta(seconds=20), client=client)
        with pytest.raises(error, match=r"40[02]|credit"):
            await notifier.send(MESSAGE)


async def test_prism_would_notice_a_wrong_call(brevo_url: str, twilio_url: str) -> None:
    """Else the tests above would show nothing."""
    async with httpx.AsyncClient() as client:
        sms = {"sender": 7, "recipient": "33600000001"}
        wrong = await client.post(
            f"{brevo_url}/transactionalSMS/sms", json=sms, headers={"api-key": "a-key"}
        )
        messages = f"{twilio_url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        form = {"ValidityPeriod": "soon", "To": "+33600000001"}
        other = await client.post(messages, data=form, auth=(ACCOUNT, "a-token"))
    assert wrong.status_code == 400  # the error that the specification describes
    assert other.status_code == 422


async def test_who_is_not_logged_in_is_refused_as_described(twilio_url: str) -> None:
    """A request without a login is told apart from a wrong one."""
    async with httpx.AsyncClient() as client:
        messages = f"{twilio_url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        answer = await client.get(messages)
    assert answer.status_code == 401
    with pytest.raises(Transient):
        await SmsNotifier(twilio("http://127.0.0.1:9"), timeout=timedelta(seconds=1)).send(MESSAGE)
