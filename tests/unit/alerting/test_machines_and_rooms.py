"""What a webhook and a room are told: as much as the first screen of the e-mail, and no comment."""

import json
from typing import Any

import pytest

from alerting.answers.links import Links
from alerting.messages.composer import Composer
from vigie.domain.notification import Channel, NotifyReason, reference_of
from vigie.testing.alerts import a_notification, a_person, a_watch, an_incident
from vigie.testing.builders import a_post

EVIDENCE = ("practice:1",)
SAID = "Vous êtes des voleurs, dit quelqu'un"
PLACES = {"webhook": "https://machine.example/vigie", "apprise": "ntfy://salle"}


def told(channel: Channel, **changes: Any) -> str:  # noqa: ANN401 - any field of Notification
    """Return the text of what Alix is told on this channel."""
    compose = Composer(
        watches={"eau": a_watch()},
        organisation="Sourcebelle",
        time_zone="Europe/Paris",
        posts=lambda _: [a_post(1, text=SAID)],
        board_url="https://board.example",
        links=Links("https://vigie.example", b"a-key-of-some-length"),
    )
    event = an_incident(evidence=EVIDENCE)
    note = a_notification(**({"channel": channel, "event": event} | changes))
    return compose(note, a_person(**PLACES)).text


def test_a_webhook_carries_figures_and_links_in_a_cloud_event() -> None:
    """With an id that is the same on every try."""
    event = json.loads(told(Channel.WEBHOOK))
    assert event["id"] == reference_of("eau-184:ROUGE:alix:sms")
    assert event["type"] == "org.vigie.notification.raised"
    assert event["subject"] == "eau-184"
    data = event["data"]
    assert (data["level"], data["number"], data["reason"]) == ("rouge", 184, "level_raised")
    assert data["signals"][0] | {"count": 128, "of": 300} == data["signals"][0]
    assert data["answer_url"].startswith("https://vigie.example/")
    assert told(Channel.WEBHOOK) == told(Channel.WEBHOOK)


@pytest.mark.parametrize(
    ("reason", "kind"),
    [(NotifyReason.RESOLVED, "resolved"), (NotifyReason.UNANSWERED, "raised")],
)
def test_a_webhook_says_what_has_happened(reason: NotifyReason, kind: str) -> None:
    """In the type of the event, which is what machines sort by."""
    event = json.loads(told(Channel.WEBHOOK, reason=reason))
    assert event["type"] == f"org.vigie.notification.{kind}"


@pytest.mark.parametrize("channel", [Channel.WEBHOOK, Channel.APPRISE])
def test_a_test_says_that_it_is_one(channel: Channel) -> None:
    """And is about no incident."""
    text = told(channel, reason=NotifyReason.TEST, event=None)
    assert "Sourcebelle" in text
    assert "eau-184" not in text
    if channel is Channel.WEBHOOK:
        assert json.loads(text)["type"] == "org.vigie.notification.test"


@pytest.mark.parametrize("channel", [Channel.WEBHOOK, Channel.APPRISE])
def test_comments_stay_in_the_e_mail(channel: Channel) -> None:
    """Rooms and machines have readers of their own."""
    text = told(channel)
    assert SAID not in text
    assert "voleurs" not in text


def test_a_room_reads_what_has_happened_and_where_to_answer() -> None:
    """In whole sentences, in French."""
    text = told(Channel.APPRISE)
    assert "128" in text
    assert "https://vigie.example/" in text
    assert "https://board.example" in text


def test_addresses_of_machines_and_rooms_do_not_show_in_a_person() -> None:
    """They hold passwords."""
    shown = repr(a_person(**PLACES))
    assert "machine.example" not in shown
    assert "salle" not in shown
