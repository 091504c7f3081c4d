"""Where one gateway cannot send, the next one does, and nothing goes out twice for it."""

from datetime import datetime, timedelta

import pytest

from alerting.channels.failover import REST, Failover
from vigie.errors import Rejected, Transient, VigieError
from vigie.ports import Message, Receipt
from vigie.testing.clock import START, ManualClock
from vigie.testing.notifier import FakeNotifier

MESSAGE = Message(id="eau-184:1:alix:sms", to="+33600000001", text="ROUGE #184", created=START)
LOST = Transient("no answer in time", maybe_done=True)


class Named(FakeNotifier):
    """A gateway with a name."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    async def find(self, message: Message) -> Receipt | None:
        """Look up, or fail as told."""
        if self._failures:
            error, _ = self._failures.pop(0)
            raise error
        return await super().find(message)


class Pair:
    """Two gateways, one behind the other."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.first, self.second = Named("first"), Named("second")
        self.counted: list[str] = []
        self.channel = Failover([self.first, self.second], count=self.counted.append, now=self.now)

    def now(self) -> datetime:
        """Return the present."""
        return self.clock.now()

    def arrived(self) -> tuple[int, int]:
        """Return how many messages each gateway has."""
        return len(self.first.accepted), len(self.second.accepted)


@pytest.mark.parametrize("error", [Transient("no connection"), Rejected("no credit")])
async def test_the_second_gateway_sends_at_once_what_the_first_surely_did_not(
    error: VigieError,
) -> None:
    """And the failure is counted."""
    pair = Pair()
    pair.first.fail_next(error)
    await pair.channel.send(MESSAGE)
    assert pair.arrived() == (0, 1)
    assert pair.counted == ["first"]


async def test_what_the_first_may_have_sent_is_looked_up_before_the_second_sends() -> None:
    """It had: nothing goes out twice."""
    pair = Pair()
    pair.first.lose_next_answer(LOST)
    with pytest.raises(Transient):
        await pair.channel.send(MESSAGE)
    assert await pair.channel.find(MESSAGE) is not None
    assert pair.arrived() == (1, 0)


async def test_a_gateway_that_hangs_is_asked_last_for_a_while() -> None:
    """The next try goes through the second; later the first has its turn again."""
    pair = Pair()
    pair.first.fail_next(LOST)
    with pytest.raises(Transient):
        await pair.channel.send(MESSAGE)
    assert await pair.channel.find(MESSAGE) is None
    await pair.channel.send(MESSAGE)
    assert pair.arrived() == (0, 1)
    pair.clock.advance(seconds=REST.total_seconds())
    await pair.channel.send(MESSAGE)
    assert pair.arrived() == (1, 1)


async def test_a_gateway_that_cannot_be_asked_does_not_hold_up_the_other() -> None:
    """Better twice than never."""
    pair = Pair()
    pair.first.fail_next(Transient("no connection"))
    assert await pair.channel.find(MESSAGE) is None
    await pair.channel.send(MESSAGE)
    assert pair.arrived() == (0, 1)


async def test_where_neither_can_send_now_it_is_tried_again_later() -> None:
    """Only what both refuse is given up."""
    pair = Pair()
    pair.first.fail_next(Rejected("wrong number"))
    pair.second.fail_next(Transient("overload", retry_after=timedelta(seconds=9)))
    with pytest.raises(Transient, match="overload"):
        await pair.channel.send(MESSAGE)
    pair.first.fail_next(Rejected("wrong number"))
    pair.second.fail_next(Rejected("unknown"))
    with pytest.raises(Rejected, match="wrong number"):
        await pair.channel.send(MESSAGE)
    assert pair.counted == ["first", "second", "first", "second"]
