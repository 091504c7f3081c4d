"""A ledger under any order of openings, moves, repeats and restarts keeps what it promises."""

import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import Engine

from vigie.domain.action import (
    Action,
    ActionKind,
    ActionState,
    Decision,
    DecisionReason,
    Verdict,
)
from vigie.domain.audit import first_broken
from vigie.errors import Rejected
from vigie.moderation.life import allowed
from vigie.ports import Fuse
from vigie.storage.database import open_engine, upgrade
from vigie.storage.ledger import SqlLedger
from vigie.testing.builders import a_post
from vigie.testing.clock import START

FUSE = Fuse(per_hour=4, per_conversation_hour=3, per_author_hour=2)
DECISIONS = {
    Verdict.HIDE: Decision(verdict=Verdict.HIDE, reason=DecisionReason.ABUSE_ABOVE_THRESHOLD),
    Verdict.PROPOSE: Decision(verdict=Verdict.PROPOSE, reason=DecisionReason.SPAM_RULE),
}


class LedgerMachine(RuleBasedStateMachine):
    """The ledger beside a plain account of what it was told."""

    actions: Bundle[str] = Bundle("actions")

    @initialize()
    def create(self) -> None:
        """Begin with an empty ledger."""
        self.folder = tempfile.TemporaryDirectory()
        self.engine = self._open()
        upgrade(self.engine)
        self.ledger = SqlLedger(self.engine)
        self.now = START
        self.known: dict[str, Action] = {}
        self.hides: list[tuple[datetime, str, str]] = []
        self.written = 0

    def _open(self) -> Engine:
        return open_engine(f"sqlite:///{Path(self.folder.name) / 'vigie.db'}")

    @rule(target=actions, number=st.integers(1, 9), verdict=st.sampled_from(list(DECISIONS)))
    def open(self, number: int, verdict: Verdict) -> str:
        """Open an action, or repeat the opening of one that is there."""
        post = a_post(number, author=f"author-{number % 3}", conversation=f"pub-{number % 2}")
        action = self.ledger.open(post, ActionKind.HIDE, DECISIONS[verdict], fuse=FUSE, at=self.now)
        if action.id in self.known:
            assert action == self.known[action.id]
        else:
            self._count(action)
        self.known[action.id] = action
        return action.id

    def _count(self, action: Action) -> None:
        self.written += 1
        if action.decision.verdict is Verdict.HIDE:
            self.hides.append((self.now, action.conversation, action.author))

    @rule(action=actions, state=st.sampled_from(list(ActionState)))
    def advance(self, action: str, state: ActionState) -> None:
        """Move an action, whether its life has that move or not."""
        before = self.known[action]
        try:
            after = self.ledger.advance(action, state, at=self.now, actor="amina")
        except Rejected:
            assert not allowed(before.state, state)
            return
        if before.state is state:
            assert after == before
            return
        assert allowed(before.state, state)
        assert after.state is state
        self.written += 1
        self.known[action] = after

    @rule(minutes=st.integers(1, 70))
    def wait(self, minutes: int) -> None:
        """Let time pass."""
        self.now += timedelta(minutes=minutes)

    @rule()
    def restart(self) -> None:
        """Open the database anew."""
        self.engine.dispose()
        self.engine = self._open()
        self.ledger = SqlLedger(self.engine)

    @invariant()
    def no_action_is_lost(self) -> None:
        """Every action stands as it was last returned."""
        assert {id_: self.ledger.get(id_) for id_ in self.known} == self.known

    @invariant()
    def the_fuse_is_never_exceeded(self) -> None:
        """Neither by all hides of the last hour nor by those of a conversation or an author."""
        recent = [hide for hide in self.hides if hide[0] > self.now - timedelta(hours=1)]
        assert self.ledger.spent(at=self.now) == len(recent) <= FUSE.per_hour
        for field, budget in ((1, FUSE.per_conversation_hour), (2, FUSE.per_author_hour)):
            values = [hide[field] for hide in recent]
            assert all(values.count(value) <= budget for value in values)

    @invariant()
    def the_chain_is_whole(self) -> None:
        """One entry per change, sealed onto the one before."""
        entries = list(self.ledger.entries())
        assert first_broken(entries) is None
        assert len(entries) == self.written

    @invariant()
    def what_is_unfinished_is_known(self) -> None:
        """Recovery sees every hide that has not ended."""
        assert {action.id for action in self.ledger.unfinished()} == {
            id_
            for id_, action in self.known.items()
            if action.decision.verdict is Verdict.HIDE
            and action.state in (ActionState.PROPOSED, ActionState.APPLIED)
        }

    def teardown(self) -> None:
        """Close the database and remove it."""
        if hasattr(self, "engine"):
            self.engine.dispose()
            self.folder.cleanup()


TestLedgerMachine = LedgerMachine.TestCase
TestLedgerMachine.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
