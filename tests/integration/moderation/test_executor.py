"""The executor between a ledger on SQLite and a platform that fails on demand."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from vigie.domain.action import (
    Action,
    ActionKind,
    ActionState,
    Decision,
    DecisionReason,
    Mode,
    Verdict,
)
from vigie.domain.audit import first_broken
from vigie.errors import Rejected, Transient
from vigie.moderation.executor import TRIES, PlatformExecutor
from vigie.ports import Fuse
from vigie.storage.database import open_engine, upgrade
from vigie.storage.ledger import SqlLedger
from vigie.telemetry.metrics import Metrics
from vigie.testing.builders import a_post
from vigie.testing.clock import START, ManualClock
from vigie.testing.platform import FakePlatform

FUSE = Fuse(per_hour=10, per_conversation_hour=10, per_author_hour=10)
HIDE = Decision(verdict=Verdict.HIDE, reason=DecisionReason.ABUSE_ABOVE_THRESHOLD)
PROPOSE = replace(HIDE, verdict=Verdict.PROPOSE, reason=DecisionReason.SHADOW_MODE)
AWAY = Transient("the platform does not answer")


@dataclass
class Desk:
    """An executor and what it leans on."""

    executor: PlatformExecutor
    ledger: SqlLedger
    platform: FakePlatform
    metrics: Metrics

    def begun(self, number: int = 1, decision: Decision = HIDE) -> Action:
        """Open an action on a comment."""
        return self.ledger.open(a_post(number), ActionKind.HIDE, decision, fuse=FUSE, at=START)

    def in_mode(self, mode: Mode) -> PlatformExecutor:
        """Return the executor after a restart in another mode."""
        return replace(self.executor, mode=mode)

    def restore(self, action: Action) -> None:
        """Let a person's undo run from beginning to end, as another process would."""
        self.platform.hidden.discard("1")
        self.ledger.advance(action.id, ActionState.RESTORED, at=START, actor="amina")

    def history(self) -> list[tuple[str, str]]:
        """Return event and actor of every audit entry."""
        entries = list(self.ledger.entries())
        assert first_broken(entries) is None
        return [(entry.event, entry.actor) for entry in entries]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk in mode enforce, with two comments on the platform."""
    engine = open_engine(f"sqlite:///{tmp_path / 'vigie.db'}")
    upgrade(engine)
    ledger, platform, metrics = SqlLedger(engine), FakePlatform("12"), Metrics(CollectorRegistry())
    executor = PlatformExecutor(
        platforms={"practice": platform},
        mode=Mode.ENFORCE,
        ledger=ledger,
        clock=ManualClock(),
        metrics=metrics,
    )
    yield Desk(executor, ledger, platform, metrics)
    engine.dispose()


async def test_a_hide_is_carried_out_read_back_and_written_down(desk: Desk) -> None:
    """Before the call, after it, and after reading back."""
    action = await desk.executor.carry_out(desk.begun())
    assert action.state is ActionState.CONFIRMED
    assert desk.platform.hidden == {"1"}
    assert desk.history() == [
        ("hide", "machine"),
        ("applied", "machine"),
        ("confirmed", "machine"),
    ]
    for state in ("applied", "confirmed"):
        assert desk.metrics.registry.get_sample_value("vigie_actions_total", {"state": state}) == 1


async def test_a_proposal_touches_nothing(desk: Desk) -> None:
    """It waits for a person as it stands."""
    proposal = desk.begun(decision=PROPOSE)
    assert await desk.executor.carry_out(proposal) == proposal
    assert desk.platform.calls == []


async def test_a_repeated_assessment_asks_the_platform_nothing_more(desk: Desk) -> None:
    """The ledger returns the action as it stands, and it stands done."""
    done = await desk.executor.carry_out(desk.begun())
    asked = len(desk.platform.calls)
    assert await desk.executor.carry_out(desk.begun()) == done
    assert len(desk.platform.calls) == asked


async def test_a_short_failure_is_sat_out(desk: Desk) -> None:
    """The next try in place succeeds."""
    desk.platform.refuse_next(AWAY, times=TRIES - 1)
    assert (await desk.executor.carry_out(desk.begun())).state is ActionState.CONFIRMED


async def test_a_platform_that_stays_away_postpones_and_recovery_finishes(desk: Desk) -> None:
    """The action stays as it was, and only what moved is told afterwards."""
    action = desk.begun()
    desk.platform.refuse_next(AWAY, times=TRIES)
    assert await desk.executor.carry_out(action) == action
    (recovered,) = await desk.executor.recover()
    assert (recovered.id, recovered.state) == (action.id, ActionState.CONFIRMED)
    assert await desk.executor.recover() == []


async def test_recovery_that_moves_nothing_tells_nothing(desk: Desk) -> None:
    """The platform is still away."""
    desk.begun()
    desk.platform.refuse_next(AWAY, times=TRIES)
    assert await desk.executor.recover() == []


async def test_a_platform_that_says_when_to_come_back_is_not_asked_before(desk: Desk) -> None:
    """One request, then recovery later."""
    desk.platform.refuse_next(Transient("too many", retry_after=timedelta(seconds=30)))
    assert (await desk.executor.carry_out(desk.begun())).state is ActionState.PROPOSED
    assert desk.platform.calls == [("hide", "1")]


async def test_a_refusal_ends_as_failed_with_the_platforms_sentence(desk: Desk) -> None:
    """Nobody tries again."""
    desk.platform.refuse_next(Rejected("no such comment"))
    action = await desk.executor.carry_out(desk.begun())
    assert (action.state, action.detail) == (ActionState.FAILED, "no such comment")
    assert desk.ledger.unfinished() == []


async def test_a_platform_that_agrees_and_does_nothing_is_found_out(desk: Desk) -> None:
    """Reading back shows the comment: failed, not confirmed."""
    desk.platform.ignore_requests()
    action = await desk.executor.carry_out(desk.begun())
    assert action.state is ActionState.FAILED
    assert "shows the comment all the same" in (action.detail or "")


async def test_a_platform_we_have_no_access_to_fails_with_what_to_do(desk: Desk) -> None:
    """The sentence names the section of the deployment file."""
    executor = replace(desk.executor, platforms={})
    action = await executor.carry_out(desk.begun())
    assert action.state is ActionState.FAILED
    assert action.detail == "no access to practice: add it under platforms"


async def test_a_crash_between_call_and_entry_costs_a_harmless_repeat(desk: Desk) -> None:
    """The platform had hidden the comment; the ledger learns it after the restart."""
    desk.begun()
    await desk.platform.hide("1")
    (recovered,) = await desk.executor.recover()
    assert recovered.state is ActionState.CONFIRMED
    assert desk.platform.hidden == {"1"}


async def test_a_crash_before_reading_back_only_reads_back(desk: Desk) -> None:
    """The entry `applied` is there, so the hide is not asked for again."""
    action = desk.begun()
    await desk.platform.hide("1")
    desk.ledger.advance(action.id, ActionState.APPLIED, at=START, actor="machine")
    desk.platform.calls.clear()
    (recovered,) = await desk.executor.recover()
    assert recovered.state is ActionState.CONFIRMED
    assert desk.platform.calls == [("show", "1")]


@pytest.mark.parametrize("mode", [Mode.SHADOW, Mode.REVIEW])
async def test_nothing_more_is_hidden_once_the_mode_was_taken_back(desk: Desk, mode: Mode) -> None:
    """A hide that waited for the platform ends when the installation leaves enforce."""
    desk.begun()
    (ended,) = await desk.in_mode(mode).recover()
    assert ended.state is ActionState.FAILED
    assert ended.detail == f"not hidden: moderation.mode is {mode} now"
    assert desk.platform.hidden == set()


async def test_what_was_hidden_before_the_mode_was_taken_back_is_still_known(desk: Desk) -> None:
    """A crash hid the comment without an entry: reading back tells, so that it can be undone."""
    action = desk.begun()
    await desk.platform.hide("1")
    (known,) = await desk.in_mode(Mode.SHADOW).recover()
    assert known.state is ActionState.CONFIRMED
    await desk.in_mode(Mode.SHADOW).undo(action.id, reviewer="amina")
    assert desk.platform.hidden == set()


async def test_undo_shows_the_comment_again_reads_back_and_names_the_person(desk: Desk) -> None:
    """A second undo changes nothing."""
    action = await desk.executor.carry_out(desk.begun())
    restored = await desk.executor.undo(action.id, reviewer="amina")
    assert restored.state is ActionState.RESTORED
    assert desk.platform.hidden == set()
    assert desk.history()[-1] == ("restored", "amina")
    assert await desk.executor.undo(action.id, reviewer="bastien") == restored
    assert desk.history()[-1] == ("restored", "amina")


async def test_what_a_person_restored_is_not_hidden_by_a_repeat(desk: Desk) -> None:
    """The same assessment arrives again after the undo."""
    action = await desk.executor.carry_out(desk.begun())
    await desk.executor.undo(action.id, reviewer="amina")
    assert (await desk.executor.carry_out(desk.begun())).state is ActionState.RESTORED
    assert await desk.executor.recover() == []
    assert desk.platform.hidden == set()


async def test_undo_of_what_is_not_known_or_hid_nothing_is_refused(desk: Desk) -> None:
    """The sentence says what is so."""
    with pytest.raises(Rejected, match="no action has the id"):
        await desk.executor.undo("hide:practice:9#created", reviewer="amina")
    proposal = desk.begun(decision=PROPOSE)
    with pytest.raises(Rejected, match="hides nothing"):
        await desk.executor.undo(proposal.id, reviewer="amina")


async def test_undo_reaches_a_hide_whose_answer_was_lost_before_a_refusal(desk: Desk) -> None:
    """The action ended as failed while the platform hides the comment: a person can restore it."""
    desk.platform.lose_next_answer(AWAY)
    desk.platform.refuse_next(Rejected("the token was withdrawn"))
    action = await desk.executor.carry_out(desk.begun())
    assert (action.state, desk.platform.hidden) == (ActionState.FAILED, {"1"})
    restored = await desk.executor.undo(action.id, reviewer="amina")
    assert (restored.state, desk.platform.hidden) == (ActionState.RESTORED, set())


async def test_undo_of_a_failure_on_a_comment_that_is_gone_is_refused(desk: Desk) -> None:
    """There is nothing to restore, and the platform says so."""
    action = await desk.executor.carry_out(desk.begun(3))
    assert action.state is ActionState.FAILED
    with pytest.raises(Rejected, match="no such comment"):
        await desk.executor.undo(action.id, reviewer="amina")


async def test_undo_that_the_platform_does_not_carry_out_is_tried_again(desk: Desk) -> None:
    """Reading back still shows the hide: nothing is written down as restored."""
    action = await desk.executor.carry_out(desk.begun())
    desk.platform.ignore_requests()
    with pytest.raises(Transient, match="still hides"):
        await desk.executor.undo(action.id, reviewer="amina")
    assert desk.ledger.get(action.id) == action


async def test_undo_of_a_hide_that_still_waits_for_the_platform_ends_it(desk: Desk) -> None:
    """The person's word came first, so the machine does not hide afterwards."""
    action = desk.begun()
    await desk.executor.undo(action.id, reviewer="amina")
    assert await desk.executor.recover() == []
    assert desk.platform.hidden == set()


@pytest.mark.parametrize("request_", [1, 2], ids=["while hiding", "while reading back"])
async def test_an_undo_at_the_same_time_wins(desk: Desk, request_: int) -> None:
    """Whatever the machine was about, in the end the comment is shown and the ledger says so."""
    action = desk.begun()
    if request_ == 2:
        await desk.platform.hide("1")
        desk.ledger.advance(action.id, ActionState.APPLIED, at=START, actor="machine")
    desk.platform.after_next(lambda: desk.restore(action))
    after = await desk.executor.carry_out(desk.begun())
    assert after.state is ActionState.RESTORED
    assert desk.platform.hidden == set()
    assert desk.history()[-1] == ("restored", "amina")


async def test_a_hide_that_arrives_after_the_undo_is_taken_back(desk: Desk) -> None:
    """The undo ran while the request to hide was still under way."""
    action = desk.begun()
    desk.ledger.advance(action.id, ActionState.RESTORED, at=START, actor="amina")
    assert (await desk.executor.carry_out(action)).state is ActionState.RESTORED
    assert desk.platform.hidden == set()


async def test_a_hide_that_could_not_be_taken_back_at_once_is_taken_back_later(desk: Desk) -> None:
    """The platform went away just then: recovery comes back to what a person restored."""
    action = desk.begun()
    desk.ledger.advance(action.id, ActionState.RESTORED, at=START, actor="amina")
    away = Transient("away")
    platform = desk.platform
    # After the hide and the reading back, so that only showing it again fails.
    platform.after_next(lambda: platform.after_next(lambda: platform.refuse_next(away, times=3)))
    await desk.executor.carry_out(action)
    assert platform.hidden == {"1"}
    await desk.executor.recover()
    assert platform.hidden == set()


async def test_a_hide_whose_answer_was_lost_after_an_undo_is_taken_back(desk: Desk) -> None:
    """The undo ran while the hide was under way, and nobody heard that the hide had landed."""
    action = desk.begun()
    desk.ledger.advance(action.id, ActionState.RESTORED, at=START, actor="amina")
    desk.platform.lose_next_answer(Transient("away", retry_after=timedelta(seconds=9)))
    await desk.executor.carry_out(action)
    assert desk.platform.hidden == set()


async def test_an_undo_told_again_looks_at_the_platform_again(desk: Desk) -> None:
    """A crash may have left a comment hidden that the ledger calls restored."""
    action = desk.begun()
    desk.ledger.advance(action.id, ActionState.RESTORED, at=START, actor="amina")
    await desk.platform.hide("1")
    await desk.executor.undo(action.id, reviewer="amina")
    assert desk.platform.hidden == set()


async def test_a_comment_that_is_gone_does_not_hold_up_recovery(desk: Desk) -> None:
    """What a person restored was removed by its author: the others are finished all the same."""
    gone, waits = desk.begun(1), desk.begun(2)
    desk.executor.owed[gone.id] = gone
    desk.platform.refuse_next(Rejected("its author removed it"))
    await desk.executor.recover()
    assert desk.executor.owed == {}
    after = desk.ledger.get(waits.id)
    assert after is not None
    assert after.state is ActionState.CONFIRMED


async def test_a_machine_that_called_it_failed_does_not_outdo_the_undo(desk: Desk) -> None:
    """Between the undo's call and its entry the machine read back « shown » and wrote failed."""
    action = desk.begun()
    await desk.platform.hide("1")
    desk.ledger.advance(action.id, ActionState.APPLIED, at=START, actor="machine")
    desk.platform.after_next(
        lambda: desk.ledger.advance(action.id, ActionState.FAILED, at=START, actor="machine")
    )
    restored = await desk.executor.undo(action.id, reviewer="amina")
    assert restored.state is ActionState.RESTORED
    assert desk.history()[-1] == ("restored", "amina")
