"""The edge of a role: nothing that comes in and nothing that goes wrong ends it."""

# ruff: noqa: ANN401 - the stand is a fixture; its class is in conftest, out of reach of an import

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from streams.agents.reading import InBatches, OneByOne
from streams.edge import KEPT_BYTES
from vigie.domain.post import Post
from vigie.errors import Misconfigured, Rejected, Transient, Unprocessable
from vigie.testing.builders import a_post
from vigie.testing.clock import START
from vigie.testing.received import Sent, feed, received
from vigie.wire import Decoder

DECODE = Decoder(Post)


class Taking:
    """A stage that remembers what it was handed and chokes on posts with the word « poison »."""

    def __init__(self, *failures: Exception, poison: Exception | None = None) -> None:
        self.failures = list(failures)
        self.poison = poison
        self.handed: list[list[str]] = []

    async def __call__(self, posts: Sequence[Post]) -> None:
        """Take a batch."""
        self.handed.append([post.id for post in posts])
        if self.failures:
            raise self.failures.pop(0)
        if self.poison and any("poison" in post.text for post in posts):
            raise self.poison


async def test_records_go_through_the_stage_in_their_batches(stand: Any) -> None:
    """A batch stays a batch."""
    stage = Taking()
    one, two, three = received(a_post(1), a_post(2), a_post(3))
    await InBatches(stand.edge, DECODE, stage)(feed([one, two], [three]))
    assert stage.handed == [["practice:1", "practice:2"], ["practice:3"]]
    assert stand.letters == []


async def test_an_unreadable_record_is_buried_and_the_others_go_on(stand: Any) -> None:
    """The dead letter holds the bytes and says where they were and why."""
    stage = Taking()
    batch = received(a_post(1), b'{"id": 7}', a_post(2))
    await InBatches(stand.edge, DECODE, stage)(feed(batch))
    assert stage.handed == [["practice:1", "practice:2"]]
    (letter,) = stand.letters
    assert letter.id == "vigie.comments:2:1"
    assert (letter.origin, letter.position) == ("vigie.comments", "2:1")
    assert (letter.payload, letter.at) == (b'{"id": 7}', START)
    assert "Expected `str`" in letter.reason
    assert stand.errors("unprocessable") == 1
    buried = stand.metrics.registry.get_sample_value(
        "vigie_dead_letters_total", {"topic": "vigie.comments"}
    )
    assert buried == 1


async def test_a_record_without_a_value_is_buried(stand: Any) -> None:
    """Somebody's tombstone is no reason to stop."""
    await OneByOne(stand.edge, DECODE, Taking())(feed(*received(None)))
    assert [letter.payload for letter in stand.letters] == [b""]


async def test_a_batch_of_unreadable_records_reaches_no_stage(stand: Any) -> None:
    """There is nothing to hand on."""
    stage = Taking()
    await InBatches(stand.edge, DECODE, stage)(feed(received(b"{", b"[")))
    assert stage.handed == []
    assert len(stand.letters) == 2


async def test_what_is_transient_is_tried_again_in_place(stand: Any) -> None:
    """The same batch again, until it goes through; nothing is buried."""
    stage = Taking(Transient("try later"), Transient("try later"))
    await InBatches(stand.edge, DECODE, stage)(feed(received(a_post(1), a_post(2))))
    assert stage.handed == [["practice:1", "practice:2"]] * 3
    assert stand.letters == []
    assert stand.errors("transient") == 2


async def test_the_pause_is_as_long_as_the_other_side_asked(stand: Any) -> None:
    """A server's Retry-After counts for more than our own back-off."""
    stage = Taking(Transient("try later", retry_after=timedelta(seconds=0.05)))
    begun = asyncio.get_running_loop().time()
    await InBatches(stand.edge, DECODE, stage)(feed(received(a_post(1))))
    assert asyncio.get_running_loop().time() - begun >= 0.05


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (KeyError("a bug"), "unexpected"),
        (Unprocessable("cannot be handled"), "unprocessable"),
        (Rejected("the platform refused"), "rejected"),
        (Misconfigured("set the token"), "misconfigured"),
    ],
)
async def test_a_batch_that_fails_for_good_buries_only_the_record_at_fault(
    stand: Any, error: Exception, kind: str
) -> None:
    """It is taken apart and handed on one by one."""
    stage = Taking(poison=error)
    batch = received(a_post(1), a_post(2, text="poison"), a_post(3))
    await InBatches(stand.edge, DECODE, stage)(feed(batch))
    assert stage.handed[1:] == [["practice:1"], ["practice:2"], ["practice:3"]]
    assert [letter.position for letter in stand.letters] == ["2:1"]
    assert stand.errors(kind) == 2


async def test_a_single_record_that_fails_for_good_is_not_tried_twice(stand: Any) -> None:
    """Its side effects may have happened."""
    stage = Taking(poison=KeyError("a bug"))
    await InBatches(stand.edge, DECODE, stage)(feed(received(a_post(1, text="poison"))))
    assert stage.handed == [["practice:1"]]
    assert len(stand.letters) == 1


async def test_a_bug_is_told_by_type_and_place_never_by_its_words(
    stand: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """A foreign exception may quote a post."""
    stage = Taking(poison=ValueError("Bonjour à toute l'équipe"))
    with caplog.at_level(logging.DEBUG):
        await InBatches(stand.edge, DECODE, stage)(feed(received(a_post(1, text="poison"))))
    (letter,) = stand.letters
    assert letter.reason.startswith("ValueError at test_stream_edge.py:")
    assert "Bonjour" not in letter.reason + caplog.text


async def test_a_dead_letter_waits_for_a_broker_that_does_not_take_it(stand: Any) -> None:
    """Nothing is lost because the broker was away as well."""
    stand.buried.failures.extend([Transient("away"), Transient("away")])
    await InBatches(stand.edge, DECODE, Taking())(feed(received(b"{")))
    assert len(stand.letters) == 1


async def test_what_comes_from_the_dead_letters_is_never_buried_again(stand: Any) -> None:
    """It would come back, larger each time, without end."""
    graves = received(b"{", topic="vigie.dead-letters")
    await InBatches(stand.edge, DECODE, Taking())(feed(graves))
    assert stand.letters == []
    assert stand.errors("unprocessable") == 1


async def test_a_huge_record_is_cut_so_that_its_dead_letter_fits(stand: Any) -> None:
    """The whole of it still stands in its own topic."""
    await InBatches(stand.edge, DECODE, Taking())(feed(received(b"x" * 900_000)))
    assert [len(letter.payload) for letter in stand.letters] == [KEPT_BYTES]


async def test_a_persistent_way_out_sends_again_by_itself(stand: Any) -> None:
    """What led to the records is not computed twice."""
    out = Sent(failures=[Transient("away")])
    await stand.edge.persistent(out)([a_post(1)])
    assert out.values == [a_post(1)]


async def test_a_persistent_way_out_gives_up_on_what_the_broker_refuses(stand: Any) -> None:
    """Then the record that led to it is at fault."""
    out = Sent(failures=[Unprocessable("too large")])
    with pytest.raises(Unprocessable, match="too large"):
        await stand.edge.persistent(out)([a_post(1)])


async def test_cancelling_ends_a_role_that_waits_for_better_weather(stand: Any) -> None:
    """A worker told to stop does not wait for the database to come back."""
    stage = Taking(*[Transient("away")] * 1000)
    agent = InBatches(stand.edge, DECODE, stage)
    task = asyncio.create_task(agent(feed(received(a_post(1)))))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert stand.letters == []
