"""What the answers of Twilio's API mean, without a socket."""

import json
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.channels import twilio
from vigie.errors import Rejected, Transient
from vigie.ports import Message, Receipt
from vigie.testing.clock import START

MESSAGE = Message(id="x", to="+33600000001", text="ROUGE #184", created=START)


def page(**changes: object) -> bytes:
    """Return a page with one message."""
    sent = {
        "sid": "SM1",
        "status": "delivered",
        "to": MESSAGE.to,
        "body": MESSAGE.text,
        "date_created": "Mon, 02 Mar 2026 08:00:05 +0000",
        "error_code": None,
    }
    return json.dumps({"messages": [sent | changes], "page_size": 50}).encode()


def test_the_look_up_is_bounded_by_number_day_and_page() -> None:
    """A message made at midnight may carry yesterday's date on their clock."""
    midnight = Message(id="x", to=MESSAGE.to, text="x", created=START.replace(hour=0))
    assert twilio.query(midnight) == {
        "To": "+33600000001",
        "DateSent>": "2026-03-01",
        "PageSize": "50",
    }


@pytest.mark.parametrize(
    ("status", "delivered"),
    [("queued", False), ("sending", False), ("sent", False), ("delivered", True), ("read", True)],
)
def test_a_message_under_way_is_found_and_delivery_is_told(status: str, delivered: bool) -> None:  # noqa: FBT001 - a column
    """Sent is not delivered."""
    found = twilio.matching(200, {}, page(status=status), MESSAGE)
    assert found == Receipt("SM1", delivered=delivered)


@pytest.mark.parametrize("status", ["failed", "undelivered", "canceled"])
def test_a_message_that_got_lost_is_not_found(status: str) -> None:
    """So it is sent again."""
    assert twilio.matching(200, {}, page(status=status), MESSAGE) is None


@pytest.mark.parametrize(
    "date", ["Mon, 02 Mar 2026 07:59:30 -0000", "Mon, 02 Mar 2026 09:00:00 +0100"]
)
def test_dates_are_read_in_any_zone(date: str) -> None:
    """Also without one."""
    assert twilio.matching(200, {}, page(date_created=date), MESSAGE) is not None


@pytest.mark.parametrize("date", [None, "", "yesterday"])
def test_a_message_without_a_date_cannot_be_judged(date: str | None) -> None:
    """Better to ask again than to send twice or never."""
    with pytest.raises(Transient, match="cannot be read"):
        twilio.matching(200, {}, page(date_created=date), MESSAGE)


def test_a_refusal_without_a_readable_code_is_a_refusal() -> None:
    """A proxy may answer in place of the gateway."""
    with pytest.raises(Rejected, match="403, error None"):
        twilio.accepted(403, {}, b"<html>Forbidden")


@pytest.mark.parametrize("header", [None, "soon", "-1", "1.5"])
def test_a_pause_that_is_not_in_seconds_is_left_to_us(header: str | None) -> None:
    """Our own back-off is used."""
    with pytest.raises(Transient) as raised:
        twilio.accepted(429, {"Retry-After": header} if header else {}, b"")
    assert raised.value.retry_after is None


def test_a_pause_in_seconds_is_kept() -> None:
    """As asked."""
    with pytest.raises(Transient) as raised:
        twilio.accepted(429, {"Retry-After": "30"}, b"{}")
    assert raised.value.retry_after == timedelta(seconds=30)


@given(status=st.integers(100, 599), body=st.binary() | st.just(page()))
def test_any_answer_is_read_or_named(status: int, body: bytes) -> None:
    """There is no answer that escapes classification."""
    with suppress(Transient, Rejected):
        assert twilio.accepted(status, {}, body).provider_id
    with suppress(Transient, Rejected):
        assert twilio.matching(status, {}, body, MESSAGE)
