"""How an e-mail looks on the wire, and what each refusal of a mail server is taken for."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from alerting.channels.email import EmailNotifier
from alerting.channels.smtp import AT_ONCE, Connections
from config.alerting import Email
from vigie.demo.mail_catcher import MailCatcher
from vigie.errors import Rejected, Transient
from vigie.ports import Message
from vigie.testing.clock import START


@pytest.fixture
def catcher() -> Iterator[MailCatcher]:
    """Give a mail server that lets everybody in."""
    with MailCatcher() as catcher:
        yield catcher


Connect = Callable[..., EmailNotifier]


@pytest.fixture
async def notifier() -> AsyncIterator[Connect]:
    """Give what makes a channel to a server on this machine; the channels are closed in the end."""
    made: list[EmailNotifier] = []

    def connect(port: int, **settings: Any) -> EmailNotifier:  # noqa: ANN401 - any field of Email
        section = {
            "host": "127.0.0.1",
            "port": port,
            "security": "none",
            "sender": "vigie@sourcebelle.example",
            "timeout": "2s",
        }
        made.append(EmailNotifier(Email.model_validate(section | settings)))
        return made[-1]

    yield connect
    for channel in made:
        await channel.aclose()


def message(id_: str = "eau-184:ROUGE:alix:email", thread: str | None = "eau-184") -> Message:
    """Return an alert."""
    return Message(
        id=id_,
        to="alix@sourcebelle.example",
        subject="ROUGE #184 Campagne Eau\u202f: 128 négatifs/15min (normal 21)",
        text="« Campagne Eau » est au niveau ROUGE.\n\nDétournement ?\n",
        html="<p>« Campagne Eau » est au niveau ROUGE.</p>",
        created=START,
        thread=thread,
    )


async def test_a_mail_carries_plain_text_and_html_with_all_accents(
    catcher: MailCatcher, notifier: Connect
) -> None:
    """Plain text first: the reader's program takes the last it can show."""
    await notifier(catcher.port).send(message())
    (mail,) = catcher.messages
    assert mail["Subject"] == message().subject
    assert mail["To"] == "alix@sourcebelle.example"
    assert mail["Date"].datetime == START
    assert mail["Auto-Submitted"] == "auto-generated"
    parts = [part.get_content().replace("\r\n", "\n") for part in mail.iter_parts()]
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert parts[0] == message().text
    assert parts[1].strip() == message().html


async def test_mails_of_an_incident_make_one_thread(
    catcher: MailCatcher, notifier: Connect
) -> None:
    """By the incident's own id, so that no first mail needs to have arrived."""
    channel = notifier(catcher.port)
    for id_ in ("eau-184:ORANGE:alix:email", "eau-184:ROUGE:alix:email"):
        await channel.send(message(id_))
    first, second = catcher.messages
    assert first["References"] == second["References"] == second["In-Reply-To"]
    assert first["Message-ID"] != second["Message-ID"]
    assert first["Message-ID"].endswith("@sourcebelle.example>")


async def test_a_second_try_has_the_same_message_id(
    catcher: MailCatcher, notifier: Connect
) -> None:
    """A mail program shows a double once."""
    channel = notifier(catcher.port)
    receipts = [await channel.send(message()) for _ in range(2)]
    assert receipts[0] == receipts[1]
    assert receipts[0].provider_id == catcher.messages[0]["Message-ID"]
    assert not receipts[0].delivered


async def test_a_test_mail_belongs_to_no_thread(catcher: MailCatcher, notifier: Connect) -> None:
    """It stands alone."""
    await notifier(catcher.port).send(message(thread=None))
    assert catcher.messages[0]["References"] is None


@pytest.mark.parametrize("at", ["RCPT", "DATA"])
@pytest.mark.parametrize(
    ("reply", "error"), [("451 4.7.1 greylisted", Transient), ("554 5.7.1 no", Rejected)]
)
async def test_replies_are_classified_by_their_code_wherever_they_come(
    catcher: MailCatcher, at: str, reply: str, error: type[Exception], notifier: Connect
) -> None:
    """4yz later, 5yz never; the code is told."""
    catcher.refuse_next(reply, at=at)
    with pytest.raises(error, match=reply[:3]):
        await notifier(catcher.port).send(message())
    assert catcher.messages == []


async def test_a_server_that_says_later_is_given_time(
    catcher: MailCatcher, notifier: Connect
) -> None:
    """Greylisting does not like hurry."""
    catcher.refuse_next("450 4.2.0 greylisted")
    with pytest.raises(Transient) as raised:
        await notifier(catcher.port).send(message())
    assert raised.value.retry_after == timedelta(seconds=30)


async def test_a_server_that_hangs_is_transient(catcher: MailCatcher, notifier: Connect) -> None:
    """After the time-out of the settings."""
    catcher.hang()
    with pytest.raises(Transient, match="in time"):
        await notifier(catcher.port, timeout="200ms").send(message())


async def test_a_server_that_is_not_there_is_transient(notifier: Connect) -> None:
    """It may come back."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(Transient):
            await notifier(taken.getsockname()[1]).send(message())


async def test_a_wrong_password_is_tried_again_and_says_what_to_check(notifier: Connect) -> None:
    """The password itself is not repeated."""
    with MailCatcher(login=("vigie", "right")) as catcher:
        channel = notifier(catcher.port, username="vigie", password="wrong-one")
        with pytest.raises(Transient, match=r"check alerting\.email\.username") as raised:
            await channel.send(message())
    assert "wrong-one" not in str(raised.value)


async def test_a_server_that_wants_a_login_rejects_who_has_none(notifier: Connect) -> None:
    """The sentence says where to look."""
    with MailCatcher(login=("vigie", "right")) as catcher, pytest.raises(Rejected, match="530"):
        await notifier(catcher.port).send(message())


async def test_a_server_without_starttls_is_rejected_and_nothing_goes_out_in_clear(
    catcher: MailCatcher, notifier: Connect
) -> None:
    """Protection is not given up silently."""
    with pytest.raises(Rejected, match=r"alerting\.email\.security"):
        await notifier(catcher.port, security="starttls").send(message())
    assert catcher.messages == []


async def test_messages_are_written_to_the_folder(tmp_path: Path, notifier: Connect) -> None:
    """To be opened in a mail program."""
    with MailCatcher(folder=tmp_path / "mail") as catcher:
        await notifier(catcher.port).send(message())
    assert b"Message-ID:" in (tmp_path / "mail" / "0001.eml").read_bytes()


def test_a_taken_port_is_told_to_who_starts_the_catcher() -> None:
    """Instead of a thread that dies silently."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            MailCatcher(port=taken.getsockname()[1]).start()


async def test_one_connection_carries_many_messages(
    catcher: MailCatcher, notifier: Connect
) -> None:
    """Also after one of them was refused."""
    channel = notifier(catcher.port)
    for number in range(10):
        await channel.send(message(f"eau-{number}"))
    catcher.refuse_next("550 5.1.1 nobody", at="RCPT")
    with pytest.raises(Rejected):
        await channel.send(message())
    await channel.send(message("eau-last"))
    assert len(catcher.messages) == 11
    assert catcher.connections == 1


async def test_messages_sent_together_share_a_few_connections(
    catcher: MailCatcher, notifier: Connect
) -> None:
    """A mail server is not flooded."""
    channel = notifier(catcher.port)
    async with asyncio.TaskGroup() as group:
        for number in range(50):
            group.create_task(channel.send(message(f"eau-{number}")))
    assert len({mail["Message-ID"] for mail in catcher.messages}) == 50
    assert catcher.connections <= AT_ONCE


async def test_a_connection_that_died_while_it_waited_is_made_anew(
    catcher: MailCatcher, notifier: Connect
) -> None:
    """Nothing was under way on it, so nobody hears of it and nothing comes twice."""
    channel = notifier(catcher.port)
    await channel.send(message("eau-1"))
    catcher.hang_up()
    await channel.send(message("eau-2"))
    assert len(catcher.messages) == 2
    assert catcher.connections == 2


async def test_a_server_that_closes_in_mid_message_is_transient_and_not_lent_again(
    catcher: MailCatcher, notifier: Connect
) -> None:
    """Whether it took the message cannot be known, so only the outbox tries again."""
    channel = notifier(catcher.port)
    catcher.refuse_next("421 4.3.2 closing")
    with pytest.raises(Transient, match="421"):
        await channel.send(message("eau-1"))
    catcher.hang_up()
    await channel.send(message("eau-2"))
    assert [mail["Subject"] for mail in catcher.messages] == [message().subject]


async def test_a_connection_that_nobody_needs_is_closed(catcher: MailCatcher) -> None:
    """Servers have few to give."""
    section = {
        "host": "127.0.0.1",
        "port": catcher.port,
        "security": "none",
        "sender": "a@b.example",
    }
    connections = Connections(Email.model_validate(section), idle=timedelta(0))
    async with connections.one() as first:
        assert first.is_connected
    await asyncio.sleep(0.01)  # its timer was set before this one
    assert not first.is_connected
