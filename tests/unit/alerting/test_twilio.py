"""What the answers of Twilio's API mean, without a socket."""

import json
from contextlib import suppress
from datetime import timedelta
from typing import Any, TypeVar

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from alerting.channels.gateway import Exchange
from alerting.channels.twilio import Twilio
from config import alerting as sections
from vigie.errors import Rejected, Transient
from vigie.ports import Message, Receipt
from vigie.testing.clock import START

T = TypeVar("T")
MESSAGE = Message(id="x", to="+33600000001", text="ROUGE #184", created=START)


GATEWAY = Twilio(
    sections.Twilio(account="AC1", token=SecretStr("t"), sender="Sourcebelle"),
    validity=timedelta(hours=4),
)


def asked(exchange: Exchange[Any]) -> httpx.Request:
    """Return the first request."""
    return next(exchange)


def answered(exchange: Exchange[T], status: int, headers: dict[str, str], body: bytes) -> T:
    """Return what becomes of the first answer."""
    next(exchange)
    try:
        exchange.send(httpx.Response(status, headers=headers, content=body))
    except StopIteration as done:
        result: T = done.value
        return result
    raise AssertionError


def accepted(status: int, headers: dict[str, str], body: bytes) -> Receipt:
    """Return what this answer to a message means."""
    return answered(GATEWAY.send(MESSAGE), status, headers, body)


def matching(status: int, headers: dict[str, str], body: bytes) -> Receipt | None:
    """Return what this answer to a look-up means."""
    return answered(GATEWAY.find(MESSAGE), status, headers, body)


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
    assert dict(asked(GATEWAY.find(midnight)).url.params) == {
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
    found = matching(200, {}, page(status=status))
    assert found == Receipt("SM1", delivered=delivered)


@pytest.mark.parametrize("status", ["failed", "undelivered", "canceled"])
def test_a_message_that_got_lost_is_not_found(status: str) -> None:
    """So it is sent again."""
    assert matching(200, {}, page(status=status)) is None


@pytest.mark.parametrize(
    "date", ["Mon, 02 Mar 2026 07:59:30 -0000", "Mon, 02 Mar 2026 09:00:00 +0100"]
)
def test_dates_are_read_in_any_zone(date: str) -> None:
    """Also without one."""
    assert matching(200, {}, page(date_created=date)) is not None


@pytest.mark.parametrize("date", [None, "", "yesterday"])
def test_a_message_without_a_date_cannot_be_judged(date: str | None) -> None:
    """Better to ask again than to send twice or never."""
    with pytest.raises(Transient, match="cannot be read"):
        matching(200, {}, page(date_created=date))


def test_a_refusal_without_a_readable_code_is_a_refusal() -> None:
    """A proxy may answer in place of the gateway."""
    with pytest.raises(Rejected, match="403, error None"):
        accepted(403, {}, b"<html>Forbidden")


@pytest.mark.parametrize("header", [None, "soon", "-1", "1.5"])
def test_a_pause_that_is_not_in_seconds_is_left_to_us(header: str | None) -> None:
    """Our own back-off is used."""
    with pytest.raises(Transient) as raised:
        accepted(429, {"Retry-After": header} if header else {}, b"")
    assert raised.value.retry_after is None


def test_a_pause_in_seconds_is_kept() -> None:
    """As asked."""
    with pytest.raises(Transient) as raised:
        accepted(429, {"Retry-After": "30"}, b"{}")
    assert raised.value.retry_after == timedelta(seconds=30)


@given(status=st.integers(100, 599), body=st.binary() | st.just(page()))
def test_any_answer_is_read_or_named(status: int, body: bytes) -> None:
    """There is no answer that escapes classification."""
    with suppress(Transient, Rejected):
        assert accepted(status, {}, body).provider_id
    with suppress(Transient, Rejected):
        assert matching(status, {}, body)
