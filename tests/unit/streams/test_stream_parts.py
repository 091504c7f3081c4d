"""The small parts of a role: pauses, timers, the table, the way out, the table of roles."""

# ruff: noqa: ANN401 - the stand is a fixture; its class is in conftest, out of reach of an import

import asyncio
import subprocess
import sys
from itertools import islice
from typing import Any

import pytest
from aiokafka.errors import KafkaTimeoutError, MessageSizeTooLargeError
from faust.exceptions import ProducerSendError

from streams.backoff import Backoff
from streams.outlet import Outlet
from streams.periodic import Periodic
from streams.tallies import Tallies
from vigie.domain.dead_letter import DeadLetter
from vigie.domain.incident import IncidentChange, IncidentEvent, Level
from vigie.domain.observation import Observation
from vigie.errors import Transient, Unprocessable
from vigie.testing.builders import a_post, an_assessment
from vigie.testing.clock import START
from vigie.wire import Value


def test_pauses_double_up_to_the_longest() -> None:
    """And never end."""
    assert list(islice(Backoff(first=0.5, longest=3.0), 5)) == [0.5, 1.0, 2.0, 3.0, 3.0]


class Broker:
    """What a producer would do with records; `refusal` is what their acknowledgement says."""

    def __init__(
        self, refusal: Exception | None = None, *, at_once: Exception | None = None
    ) -> None:
        self.refusal, self.at_once = refusal, at_once
        self.taken: list[tuple[bytes, dict[str, bytes]]] = []

    async def __call__(
        self, key: bytes, _: bytes, headers: list[tuple[str, bytes]]
    ) -> asyncio.Future[None]:
        """Take one record."""
        if self.at_once:
            raise self.at_once
        self.taken.append((key, dict(headers)))
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self.refusal:
            done.set_exception(self.refusal)
        else:
            done.set_result(None)
        return done


EVENT = IncidentEvent(
    watch="eau",
    number=1,
    version=2,
    change=IncidentChange.ESCALATED,
    level=Level.ROUGE,
    previous=Level.ORANGE,
    at=START,
    opened=START,
    since=START,
)
LETTER = DeadLetter(
    id="vigie.comments:2:7",
    origin="vigie.comments",
    position="2:7",
    reason="not JSON",
    payload=b"{",
    at=START,
)


@pytest.mark.parametrize(
    ("value", "key", "id_"),
    [
        (an_assessment(a_post(1)), b"practice:pub-1", b"practice:1#created"),
        (EVENT, b"eau", b"eau-1.2"),
        (LETTER, b"vigie.comments", b"vigie.comments:2:7"),
    ],
)
async def test_a_record_has_the_key_of_its_topic_and_an_id_that_repeats(
    value: Value, key: bytes, id_: bytes
) -> None:
    """What is told twice is recognised by it."""
    broker = Broker()
    await Outlet(broker, source="/vigie/test")([value])
    ((found, headers),) = broker.taken
    assert (found, headers["ce_id"], headers["ce_source"]) == (key, id_, b"/vigie/test")
    assert headers["ce_time"] == START.isoformat().encode()


async def test_two_observations_have_two_ids_and_one_has_always_the_same() -> None:
    """They have none of their own, so it is made of what they say."""
    broker = Broker()
    one, two = (Observation(watch=watch, received=START) for watch in ("eau", "faim"))
    await Outlet(broker, source="/vigie/test")([one, two, one])
    first, second, third = (headers["ce_id"] for _, headers in broker.taken)
    assert first == third
    assert first != second


def _wrapped(cause: Exception) -> ProducerSendError:
    error = ProducerSendError("Error while sending")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "broker",
    [Broker(KafkaTimeoutError()), Broker(at_once=_wrapped(KafkaTimeoutError()))],
    ids=["acknowledgement", "at once"],
)
async def test_a_broker_that_does_not_answer_is_transient(broker: Broker) -> None:
    """Wherever it shows."""
    with pytest.raises(Transient, match="KafkaTimeoutError"):
        await Outlet(broker, source="/vigie/test")([EVENT])


@pytest.mark.parametrize(
    "broker",
    [Broker(MessageSizeTooLargeError()), Broker(at_once=_wrapped(MessageSizeTooLargeError()))],
    ids=["acknowledgement", "at once"],
)
async def test_a_record_that_is_too_large_will_never_be_taken(broker: Broker) -> None:
    """Trying again would stop the role for ever."""
    with pytest.raises(Unprocessable, match="larger"):
        await Outlet(broker, source="/vigie/test")([EVENT])


async def test_a_round_that_is_cancelled_goes_on_and_finish_waits_for_it(stand: Any) -> None:
    """An alert half sent is the worst of both."""
    begun, go, done = asyncio.Event(), asyncio.Event(), []

    async def deliver() -> None:
        begun.set()
        await go.wait()
        done.append("accepted")

    periodic = Periodic(stand.edge, deliver)
    timer = asyncio.create_task(periodic())
    await begun.wait()
    timer.cancel()
    asyncio.get_running_loop().call_later(0.01, go.set)
    await periodic.finish()
    assert done == ["accepted"]


async def test_a_round_never_overlaps_the_one_before(stand: Any) -> None:
    """However often it is asked for."""
    go, begun = asyncio.Event(), []

    async def work() -> None:
        begun.append(1)
        await go.wait()

    periodic = Periodic(stand.edge, work)
    for _ in range(3):
        periodic.begin()
        await asyncio.sleep(0)
    go.set()
    await periodic.finish()
    assert len(begun) == 1


async def test_a_round_that_fails_is_counted_and_the_next_one_comes(stand: Any) -> None:
    """A timer that died would be silence."""
    rounds = []

    async def work() -> None:
        rounds.append(1)
        raise KeyError(len(rounds))

    periodic = Periodic(stand.edge, work)
    await periodic()
    await periodic()
    assert len(rounds) == 2
    assert stand.errors("unexpected") == 2


async def test_a_round_that_is_not_due_here_is_not_done(stand: Any) -> None:
    """Ticks come from one process of all."""
    rounds = []

    async def work() -> None:
        rounds.append(1)

    await Periodic(stand.edge, work, due=lambda: False)()
    assert rounds == []


def test_the_table_is_a_mapping_of_text_to_bytes() -> None:
    """Whatever Faust keeps underneath."""
    below: dict[bytes, bytes] = {}
    tallies = Tallies(below)
    tallies["eau|é"] = b"1"
    assert below == {"eau|é".encode(): b"1"}
    assert (tallies["eau|é"], tallies.get("faim")) == (b"1", None)
    assert "eau|é" in tallies
    assert "faim" not in tallies
    assert (list(tallies), len(tallies)) == (["eau|é"], 1)
    del tallies["eau|é"]
    assert below == {}


def test_importing_the_streams_opens_nothing_and_roles_need_no_faust() -> None:
    """No socket, no thread, no folder; and the command line answers at once."""
    script = """
import sys, threading, socket, pathlib
def refuse(*_, **__): raise AssertionError("work at import time")
socket.socket.connect = refuse
pathlib.Path.mkdir = refuse
import streams.roles, streams.supervisor
assert "faust" not in sys.modules
import streams.app, streams.worker
assert threading.active_count() == 1, threading.enumerate()
"""
    subprocess.run([sys.executable, "-c", script], check=True)
