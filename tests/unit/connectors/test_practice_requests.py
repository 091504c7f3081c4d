"""The practice platform's API without a socket: what is asked, and what answers mean."""

from datetime import timedelta

import pytest

from vigie.connectors.practice import requests
from vigie.connectors.practice.requests import Answer, Ask, Change, Changes, Comment, read
from vigie.errors import Rejected, Transient
from vigie.testing.clock import START

NOW = START  # Mon, 02 Mar 2026 08:00:00 GMT


def test_each_wish_has_its_request() -> None:
    """Method and path."""
    assert requests.hide("c1") == Ask("POST", "/api/comments/c1/hide")
    assert requests.unhide("c1") == Ask("POST", "/api/comments/c1/unhide")
    assert requests.show("c1") == Ask("GET", "/api/comments/c1")
    assert requests.changes(7) == Ask("GET", "/api/changes?after=7&limit=200")


def test_an_id_cannot_leave_its_place_in_the_path() -> None:
    """Whatever a platform calls its comments."""
    assert requests.hide("../a/b?c#d") == Ask("POST", "/api/comments/..%2Fa%2Fb%3Fc%23d/hide")


def test_good_answers_are_read_and_what_is_new_in_them_is_passed_over() -> None:
    """The platform may say more than we ask."""
    comment = Answer(200, b'{"id": "c1", "hidden": true, "removed": false}')
    assert read(comment, Comment, now=NOW) == Comment("c1", hidden=True)
    page = Answer(200, b'{"changes": [{"cursor": 3, "post": {"id": "c1"}}], "next": 3}')
    assert read(page, Changes, now=NOW) == Changes([Change(3, {"id": "c1"})], 3)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        (None, None),
        ("30", timedelta(seconds=30)),
        (" 30 ", timedelta(seconds=30)),
        ("Mon, 02 Mar 2026 08:02:00 GMT", timedelta(minutes=2)),
        ("Mon, 02 Mar 2026 08:02:00 -0000", timedelta(minutes=2)),
        ("Mon, 02 Mar 2026 07:00:00 GMT", timedelta()),
        ("soon", None),
        ("-5", None),
        ("²", None),
        ("9" * 30, None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_passing_failure_says_how_long_to_wait_where_the_platform_did(
    status: int, header: str | None, wait: timedelta | None
) -> None:
    """Seconds or a date (RFC 9110, 10.2.3); anything else is as if it were not there."""
    with pytest.raises(Transient, match=str(status)) as caught:
        read(Answer(status, b"", header), Comment, now=NOW)
    assert caught.value.retry_after == wait


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b"[]", b'{"id": "c1"}', b'{"id": 1}'])
def test_a_body_that_is_not_what_was_asked_for_is_a_passing_failure(body: bytes) -> None:
    """A proxy in between, or half an answer."""
    with pytest.raises(Transient, match="not its API"):
        read(Answer(200, body), Comment, now=NOW)


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (401, "correct platforms.practice.token"),
        (403, "correct platforms.practice.token"),
        (404, "its author removed it, or platforms.practice.url is wrong"),
        (400, "refused with 400"),
        (301, "refused with 301"),
    ],
)
def test_a_refusal_says_what_to_do(status: int, advice: str) -> None:
    """Trying again would change nothing."""
    with pytest.raises(Rejected, match=advice):
        read(Answer(status, b"{}"), Comment, now=NOW)
