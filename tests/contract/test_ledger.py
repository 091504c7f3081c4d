"""The ledger on SQLite and PostgreSQL: one writer, one chain, no hide beyond the fuse."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from vigie.domain.action import (
    Action,
    ActionKind,
    ActionState,
    Decision,
    DecisionReason,
    Verdict,
)
from vigie.domain.audit import first_broken
from vigie.domain.post import Change, Post
from vigie.errors import Rejected, Unprocessable
from vigie.ports import Fuse
from vigie.storage import ledger as module
from vigie.storage.ledger import SqlLedger
from vigie.testing.builders import a_post
from vigie.testing.clock import START

WIDE = Fuse(per_hour=10_000, per_conversation_hour=10_000, per_author_hour=10_000)
HIDE = Decision(
    verdict=Verdict.HIDE,
    reason=DecisionReason.ABUSE_ABOVE_THRESHOLD,
    category="insult",
    score=0.99,
    threshold=0.9,
    rule_version="7f3a",
    model_version="fake 0",
)
PROPOSE = replace(HIDE, verdict=Verdict.PROPOSE, reason=DecisionReason.SHADOW_MODE)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ledger(engine: Engine) -> SqlLedger:
    """Give an empty ledger."""
    return SqlLedger(engine)


def begin(
    ledger: SqlLedger, post: Post, decision: Decision = HIDE, *, fuse: Fuse = WIDE, minute: int = 0
) -> Action:
    """Open an action so many minutes after the start."""
    return ledger.open(post, ActionKind.HIDE, decision, fuse=fuse, at=START + minute * MINUTE)


def test_opening_records_the_decision_before_anything_is_done(ledger: SqlLedger) -> None:
    """The action comes back whole, and its entry holds the verdict and the reason."""
    action = begin(ledger, a_post())
    assert action == Action(
        id="hide:practice:1#created",
        kind=ActionKind.HIDE,
        state=ActionState.PROPOSED,
        post="practice:1",
        platform="practice",
        conversation="practice:pub-1",
        author="author-1",
        decision=HIDE,
        published=START,
        at=START,
    )
    assert ledger.get(action.id) == action
    (entry,) = ledger.entries()
    assert (entry.sequence, entry.subject, entry.event, entry.reason, entry.at) == (
        1,
        action.id,
        "hide",
        "abuse_above_threshold",
        START,
    )


def test_the_first_call_decides_and_a_repeat_returns_what_stands_now(ledger: SqlLedger) -> None:
    """Even where the repeat decides otherwise, and after the action moved on."""
    action = begin(ledger, a_post())
    moved = ledger.advance(action.id, ActionState.APPLIED, at=START + MINUTE, actor="machine")
    assert begin(ledger, a_post(), PROPOSE, minute=5) == moved
    assert len(list(ledger.entries())) == 2


def test_each_change_of_a_post_is_an_action_of_its_own(ledger: SqlLedger) -> None:
    """An edit is decided anew."""
    edit = a_post(change=Change.EDITED, changed=START + MINUTE)
    assert begin(ledger, a_post()).id != begin(ledger, edit).id


def test_an_advance_moves_once_and_keeps_the_detail(ledger: SqlLedger) -> None:
    """A repeat of the state changes neither action nor chain."""
    action = begin(ledger, a_post())
    failed = ledger.advance(
        action.id, ActionState.FAILED, at=START + MINUTE, actor="machine", detail="no such comment"
    )
    assert failed == replace(
        action, state=ActionState.FAILED, at=START + MINUTE, detail="no such comment"
    )
    assert ledger.advance(action.id, ActionState.FAILED, at=START, actor="x", detail="y") == failed
    assert [entry.reason for entry in ledger.entries()] == [
        "abuse_above_threshold",
        "no such comment",
    ]


def test_a_move_that_is_not_in_its_life_or_of_nothing_is_refused(ledger: SqlLedger) -> None:
    """And writes nothing."""
    action = begin(ledger, a_post())
    with pytest.raises(Rejected, match="is proposed and cannot become expired"):
        ledger.advance(action.id, ActionState.EXPIRED, at=START, actor="machine")
    with pytest.raises(Rejected, match="no action has the id nothing"):
        ledger.advance("nothing", ActionState.APPLIED, at=START, actor="machine")
    assert ledger.get("nothing") is None
    assert len(list(ledger.entries())) == 1


def test_unfinished_are_hides_between_their_two_ends_oldest_first(ledger: SqlLedger) -> None:
    """Proposals and what ended are not among them."""
    for number, minute in ((1, 3), (2, 1), (3, 2), (4, 4)):
        begin(ledger, a_post(number), minute=minute)
    begin(ledger, a_post(5), PROPOSE)
    for state in (ActionState.APPLIED, ActionState.CONFIRMED):
        ledger.advance("hide:practice:3#created", state, at=START, actor="machine")
    ledger.advance("hide:practice:1#created", ActionState.APPLIED, at=START, actor="machine")
    assert [action.post for action in ledger.unfinished()] == [
        "practice:2",
        "practice:1",
        "practice:4",
    ]


@pytest.mark.parametrize(
    ("fuse", "changes"),
    [
        (replace(WIDE, per_hour=2), {"conversation": "{n}", "author": "{n}"}),
        (replace(WIDE, per_conversation_hour=2), {"author": "{n}"}),
        (replace(WIDE, per_author_hour=2), {"conversation": "{n}", "author": "same"}),
    ],
)
def test_beyond_a_budget_a_hide_is_kept_as_a_proposal(
    ledger: SqlLedger, fuse: Fuse, changes: dict[str, str]
) -> None:
    """The budget is an hour wide: the third is too many, an hour after the first there is room."""

    def nth(number: int, minute: int) -> Action:
        own = {name: value.format(n=number) for name, value in changes.items()}
        return begin(ledger, a_post(number, **own), fuse=fuse, minute=minute)

    assert [nth(n, n).decision.verdict for n in (1, 2)] == [Verdict.HIDE] * 2
    third = nth(3, 3)
    assert third.decision == replace(
        HIDE, verdict=Verdict.PROPOSE, reason=DecisionReason.BUDGET_SPENT
    )
    assert nth(4, 60).decision.verdict is Verdict.PROPOSE
    assert nth(5, 61).decision.verdict is Verdict.HIDE


def test_proposals_and_what_was_restored_later_count_as_what_they_were(ledger: SqlLedger) -> None:
    """A proposal spends nothing; a hide has spent its share even when it was undone."""
    begin(ledger, a_post(1), PROPOSE)
    action = begin(ledger, a_post(2))
    ledger.advance(action.id, ActionState.FAILED, at=START, actor="machine")
    assert ledger.spent(at=START + MINUTE) == 1
    assert ledger.spent(at=START + 60 * MINUTE) == 0


def test_threads_that_race_never_exceed_the_fuse_and_break_no_chain(
    reopen: Callable[[], Engine], engine: Engine
) -> None:
    """Eight at once, each with its own connections, half of them on the same posts."""
    fuse = replace(WIDE, per_hour=10)
    ledgers = [SqlLedger(reopen()) for _ in range(8)]

    def work(worker: int) -> None:
        for n in range(6):
            number = n + 6 * (worker // 2)
            action = begin(ledgers[worker], a_post(number), fuse=fuse)
            if action.decision.verdict is Verdict.HIDE:
                ledgers[worker].advance(action.id, ActionState.APPLIED, at=START, actor="machine")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    ledger = SqlLedger(engine)
    entries = list(ledger.entries())
    assert ledger.spent(at=START) == len(ledger.unfinished()) == 10
    assert first_broken(entries) is None
    assert [entry.event for entry in entries].count("propose") == 14
    assert len(entries) == 24 + 10


RACER = """
import sys
from vigie.domain.action import ActionKind, Decision, DecisionReason, Verdict
from vigie.ports import Fuse
from vigie.storage.database import open_engine
from vigie.storage.ledger import SqlLedger
from vigie.testing.builders import a_post
from vigie.testing.clock import START

hide = Decision(verdict=Verdict.HIDE, reason=DecisionReason.ABUSE_ABOVE_THRESHOLD)
ledger = SqlLedger(open_engine(sys.argv[1]))
for number in range(12):
    post = a_post(int(sys.argv[2]) * 100 + number)
    ledger.open(post, ActionKind.HIDE, hide, fuse=Fuse(7, 99, 99), at=START)
"""


def test_processes_that_race_never_exceed_the_fuse(engine: Engine, empty_url: str) -> None:
    """Three workers of the role moderate on one database."""
    racers = [
        subprocess.Popen([sys.executable, "-c", RACER, empty_url, str(number)])
        for number in range(3)
    ]
    assert [racer.wait(60) for racer in racers] == [0, 0, 0]
    ledger = SqlLedger(engine)
    assert ledger.spent(at=START) == 7
    entries = list(ledger.entries())
    assert len(entries) == 36
    assert first_broken(entries) is None


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_entries SET actor = 'somebody' WHERE sequence = 3",
        "UPDATE audit_entries SET reason = 'other' WHERE sequence = 3",
        "DELETE FROM audit_entries WHERE sequence = 2",
    ],
)
def test_a_row_that_was_changed_or_taken_out_is_found(engine: Engine, change: str) -> None:
    """The chain breaks where somebody wrote past the ledger."""
    ledger = SqlLedger(engine)
    for number in range(5):
        begin(ledger, a_post(number))
    with engine.begin() as connection:
        connection.execute(text(change))
    broken = first_broken(list(ledger.entries()))
    assert broken is not None
    assert broken.sequence == 3


def test_who_reads_the_entries_keeps_no_writer_out(
    ledger: SqlLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An audit that thinks about each entry goes on while actions move; nothing is left out."""
    monkeypatch.setattr(module, "PAGE", 2)
    for number in range(5):
        begin(ledger, a_post(number))
    seen = []
    for entry in ledger.entries():
        seen.append(entry.sequence)
        if entry.sequence < 3:
            begin(ledger, a_post(10 + entry.sequence))
    assert seen == [1, 2, 3, 4, 5, 6, 7]


def test_a_restart_keeps_everything(reopen: Callable[[], Engine], ledger: SqlLedger) -> None:
    """Actions, spent budget and chain, to the microsecond."""
    at = START + timedelta(microseconds=123_456)
    action = ledger.open(a_post(), ActionKind.HIDE, HIDE, fuse=WIDE, at=at)
    again = SqlLedger(reopen())
    assert again.get(action.id) == action
    assert list(again.entries()) == list(ledger.entries())
    assert again.spent(at=at) == 1


def test_a_time_without_a_zone_is_refused(ledger: SqlLedger) -> None:
    """It would be taken for the machine's own zone."""
    with pytest.raises(Unprocessable, match="a time without a zone"):
        ledger.spent(at=START.replace(tzinfo=None))
