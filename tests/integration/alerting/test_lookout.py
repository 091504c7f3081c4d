"""The lookout tells people by itself, once, goes on after a restart, and says when it is over."""

from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from alerting.deafness import Deafness, Patience
from alerting.direct import Direct
from alerting.messages.deaf import DeafComposer
from vigie.bookmarks import Bookmark
from vigie.domain.canary import Canary, Stage
from vigie.domain.notification import Channel
from vigie.domain.post import Post
from vigie.errors import Rejected, Transient
from vigie.lookout import Lookout
from vigie.telemetry.metrics import Metrics
from vigie.testing.alerts import a_person
from vigie.testing.clock import ManualClock
from vigie.testing.notifier import FakeNotifier

MINUTE = timedelta(minutes=1)


class NoCage:
    """Kafka, as far as a test without it goes."""

    def let_go(self, post: Post) -> None:
        """Take nothing."""

    def come_out(self) -> list[Canary]:
        """Give nothing."""
        return []


class Town:
    """A lookout on a clock that is moved, and the two channels it tells Alix on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = ManualClock()
        self.sms = FakeNotifier(Channel.SMS)
        self.mail = FakeNotifier(Channel.EMAIL, looks_up=False)
        self.lookout = self.started()

    def started(self) -> Lookout:
        """Return a lookout as a restart makes it."""
        metrics = Metrics(CollectorRegistry())
        channels = {Channel.SMS: self.sms, Channel.EMAIL: self.mail}
        return Lookout(
            cage=NoCage(),
            direct=Direct(channels, self.clock, metrics),
            compose=DeafComposer(organisation="Sourcebelle", time_zone="Europe/Paris"),
            people={"alix": a_person()},
            patience=Patience(late=3 * MINUTE, again=60 * MINUTE),
            interval_s=60.0,
            clock=self.clock,
            metrics=metrics,
            memory=Bookmark(self.folder / "canary.json", Deafness),
        )

    async def passes(self, minutes: int, *, hears: bool = False) -> None:
        """Let time pass, looking each minute; a canary comes out each time or never."""
        for _ in range(minutes):
            self.clock.set(self.clock.now() + MINUTE)
            if hears:
                one = Canary(post="p", sent=self.clock.now(), stage=Stage.ALERTED)
                self.lookout._came_out(one)
            await self.lookout.look()

    def texts(self) -> list[str]:
        """Return the first words of the text messages."""
        return [" ".join(one.text.split()[:2]) for one in self.sms.accepted]


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """Give one."""
    return Town(tmp_path)


CUT, RESTORED = "ÉCOUTE COUPÉE", "ÉCOUTE RÉTABLIE"


async def test_it_is_said_once_on_every_channel_and_so_is_its_end(town: Town) -> None:
    """An hour of silence is one message, not sixty."""
    await town.passes(10, hears=True)
    assert town.texts() == []
    await town.passes(50)
    assert len(town.sms.accepted) == len(town.mail.accepted) == 1
    await town.passes(2, hears=True)
    assert [len(one.accepted) for one in (town.sms, town.mail)] == [2, 2]
    assert town.sms.accepted[0].text != town.sms.accepted[1].text


async def test_it_is_said_again_while_it_lasts(town: Town) -> None:
    """Every hour, here."""
    await town.passes(4 + 61)
    assert len(town.sms.accepted) == 2


async def test_what_could_not_be_said_is_tried_until_it_is(town: Town) -> None:
    """A gateway that is away, or loses its answer: looked up first, and not said twice."""
    town.sms.fail_next(Transient("away"), times=2)
    town.sms.lose_next_answer(Transient("lost"))
    await town.passes(12)
    assert len(town.sms.accepted) == 1


async def test_what_is_refused_for_good_is_not_tried_again(town: Town) -> None:
    """And its end is not told there."""
    town.sms.fail_next(Rejected("no such number"))
    await town.passes(8)
    await town.passes(2, hears=True)
    assert town.sms.accepted == []
    assert len(town.mail.accepted) == 2


async def test_a_restart_neither_repeats_nor_forgets(town: Town) -> None:
    """Who was told is not told again; who was not is; the end comes to all who were."""
    town.mail.fail_next(Transient("away"), times=1)
    await town.passes(4)
    assert (len(town.sms.accepted), len(town.mail.accepted)) == (1, 0)
    town.lookout = town.started()
    await town.passes(2)
    assert (len(town.sms.accepted), len(town.mail.accepted)) == (1, 1)
    town.lookout = town.started()
    await town.passes(2, hears=True)
    assert (len(town.sms.accepted), len(town.mail.accepted)) == (2, 2)


async def test_a_damaged_memory_is_no_reason_to_stay_silent(town: Town) -> None:
    """It is said once more than needed."""
    await town.passes(4)
    (town.folder / "canary.json").write_text("{", encoding="utf-8")
    town.lookout = town.started()
    await town.passes(4)
    assert len(town.sms.accepted) == 2


async def test_a_test_says_what_went_wrong_where(town: Town) -> None:
    """On each channel, once."""
    town.mail.fail_next(Transient("no connection"))
    letters = await town.lookout.test()
    assert {(one.pair[1], one.error) for one in letters} == {
        (Channel.SMS, ""),
        (Channel.EMAIL, "no connection"),
    }
