"""Carries decisions out on the platforms, between two entries of the ledger.

What a platform cannot do now is left as it stands in the ledger, and `recover` comes back to it:
every call is idempotent, so a crash between a call and its entry costs a repeat.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

import stamina

from vigie.domain.action import Action, ActionState, Mode, Verdict
from vigie.domain.audit import MACHINE
from vigie.errors import Rejected, Transient
from vigie.moderation.life import allowed
from vigie.ports import Clock, Ledger, ModerationPlatform
from vigie.telemetry.metrics import Metrics

logger = logging.getLogger(__name__)

T = TypeVar("T")

TRIES = 3
TRY_WITHIN = timedelta(seconds=2)
"""Real time a comment may hold up those behind it before it is left to `recover`."""


@dataclass(frozen=True, slots=True)
class PlatformExecutor:
    """Keeps `vigie.pipeline.Executor`; platforms are found by the name that actions carry.

    `mode` is that of now: what was decided under `enforce` and is still to be done when the mode
    changes is not done any more.
    """

    platforms: Mapping[str, ModerationPlatform]
    mode: Mode
    ledger: Ledger
    clock: Clock
    metrics: Metrics
    owed: dict[str, Action] = field(default_factory=dict, init=False)
    """Comments that a person restored while our hide was under way, and that must be shown."""

    async def carry_out(self, action: Action) -> Action:
        """Hide what is to be hidden and read it back; return the action as it then stands."""
        if action.decision.verdict is not Verdict.HIDE:
            return action
        if action.state not in (ActionState.PROPOSED, ActionState.APPLIED):
            return await self._yielding(action)
        try:
            return await self._yielding(await self._hide(action))
        except Transient as error:
            logger.warning("postponed action=%s: %s", action.id, error)
            # The hide may have landed all the same, after a person had restored the comment.
            return await self._yielding(await self._known(action.id))
        except Rejected as error:
            return await self._advance(action.id, ActionState.FAILED, MACHINE, str(error))

    async def undo(self, action_id: str, *, reviewer: str) -> Action:
        """Restore the comment and read it back.

        Raises:
            Rejected: no such action, or it hides nothing, or the platform refuses.
            Transient: the platform does not answer, or still shows the comment as hidden.
        """
        action = await self._known(action_id)
        restored = action.state is ActionState.RESTORED
        if action.decision.verdict is not Verdict.HIDE or not (
            restored or allowed(action.state, ActionState.RESTORED)
        ):
            message = f"{action_id} is {action.state} and hides nothing"
            raise Rejected(message)
        platform = self._platform(action)
        await _patiently(lambda: platform.unhide(_native_id(action)))
        if await _patiently(lambda: platform.is_hidden(_native_id(action))):
            message = f"{action_id}: the platform still hides the comment, try again"
            raise Transient(message)
        return await self._advance(action_id, ActionState.RESTORED, reviewer)

    async def recover(self) -> list[Action]:
        """Take up what was begun and not finished; return what moved."""
        for action in list(self.owed.values()):
            await self._yield_again(action)
        begun = await asyncio.to_thread(self.ledger.unfinished)
        now = [await self.carry_out(action) for action in begun]
        return [after for before, after in zip(begun, now, strict=True) if after != before]

    async def _hide(self, action: Action) -> Action:
        platform = self._platform(action)
        if action.state is ActionState.PROPOSED:
            if self.mode is Mode.ENFORCE:
                await _patiently(lambda: platform.hide(_native_id(action)))
            elif not await _patiently(lambda: platform.is_hidden(_native_id(action))):
                message = f"not hidden: moderation.mode is {self.mode} now"
                return await self._advance(action.id, ActionState.FAILED, MACHINE, message)
            action = await self._advance(action.id, ActionState.APPLIED, MACHINE)
        if await _patiently(lambda: platform.is_hidden(_native_id(action))):
            return await self._advance(action.id, ActionState.CONFIRMED, MACHINE)
        message = "the platform took the request and shows the comment all the same"
        return await self._advance(action.id, ActionState.FAILED, MACHINE, message)

    async def _yielding(self, action: Action) -> Action:
        """Take the hide back where a person undid the action while it was being carried out."""
        if action.state is ActionState.RESTORED:
            self.owed[action.id] = action
            await self._yield_again(action)
        return action

    async def _yield_again(self, action: Action) -> None:
        platform = self._platform(action)
        try:
            await _patiently(lambda: platform.unhide(_native_id(action)))
        except Transient as error:
            logger.warning("still to be shown again action=%s: %s", action.id, error)
            return
        except Rejected as error:
            logger.warning("nothing left to show again action=%s: %s", action.id, error)
        self.owed.pop(action.id, None)

    async def _advance(
        self, action_id: str, state: ActionState, actor: str, detail: str = ""
    ) -> Action:
        try:
            moved = await asyncio.to_thread(
                self.ledger.advance,
                action_id,
                state,
                at=self.clock.now(),
                actor=actor,
                detail=detail,
            )
        except Rejected:
            # Somebody moved it meanwhile, such as an undo: the ledger's word counts.
            return await self._known(action_id)
        self.metrics.actions.labels(state).inc()
        logger.info("action=%s state=%s actor=%s", action_id, state, actor)
        return moved

    async def _known(self, action_id: str) -> Action:
        action = await asyncio.to_thread(self.ledger.get, action_id)
        if action is None:
            message = f"no action has the id {action_id}: take it from the board"
            raise Rejected(message)
        return action

    def _platform(self, action: Action) -> ModerationPlatform:
        if action.platform not in self.platforms:
            message = f"no access to {action.platform}: add it under platforms"
            raise Rejected(message)
        return self.platforms[action.platform]


def _native_id(action: Action) -> str:
    return action.post.removeprefix(f"{action.platform}:")


def _may_pass_soon(error: Exception) -> bool:
    """A platform that says when to come back is not asked before: `recover` does."""
    return isinstance(error, Transient) and error.retry_after is None


async def _patiently(call: Callable[[], Awaitable[T]]) -> T:
    """Try a few times within a short while; after that the next comment has its turn."""
    async for attempt in stamina.retry_context(
        on=_may_pass_soon, attempts=TRIES, timeout=TRY_WITHIN, wait_initial=0.05, wait_max=0.5
    ):
        with attempt:
            return await call()
    raise AssertionError  # retry_context returns or raises
