"""What board and console read, kept by upserts: repeats and late comers change nothing."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Engine, Table, and_, or_, select

from vigie.domain.action import Action, ActionState
from vigie.domain.assessment import Assessment
from vigie.domain.dead_letter import DeadLetter
from vigie.domain.incident import IncidentEvent
from vigie.domain.post import Change, Post
from vigie.domain.review import Review
from vigie.storage.database import translated
from vigie.storage.schema import (
    action_events,
    dead_letters,
    incident_events,
    incidents,
    posts,
    reviews,
)
from vigie.storage.upsert import Newer, insert_new, upsert

_CHANGE_RANK: Final = {Change.CREATED: 0, Change.EDITED: 1, Change.REMOVED: 2}
_STATE_RANK: Final = {
    ActionState.PROPOSED: 0,
    ActionState.APPLIED: 1,
    ActionState.CONFIRMED: 2,
    ActionState.FAILED: 3,
    ActionState.EXPIRED: 3,
    ActionState.RESTORED: 4,
}


def _later_change(new: Any) -> Any:  # noqa: ANN401 - SQL expressions
    same = and_(new.rank == posts.c.rank, new.changed >= posts.c.changed)
    return or_(new.rank > posts.c.rank, same)


def _later_version(new: Any) -> Any:  # noqa: ANN401
    return new.version >= incidents.c.version


def _later_state(new: Any) -> Any:  # noqa: ANN401
    return new.rank >= action_events.c.rank


class SqlReadModels:
    """Keeps the port `ReadModels` in one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def assessments(self, batch: Sequence[Assessment]) -> None:
        """Store posts and scores; a removal takes the text away at once."""
        self._upsert(posts, [_post_row(assessment) for assessment in batch], _later_change)

    def incidents(self, batch: Sequence[IncidentEvent]) -> None:
        """Store the steps and the state that the latest of them left."""
        self._insert_new(incident_events, [_step_row(event) for event in batch])
        self._upsert(incidents, [_incident_row(event) for event in batch], _later_version)

    def actions(self, batch: Sequence[Action]) -> None:
        """Store what the topic told of actions."""
        self._upsert(action_events, [_action_row(action) for action in batch], _later_state)

    def reviews(self, batch: Sequence[Review]) -> None:
        """Store what people decided."""
        self._insert_new(reviews, [_review_row(review) for review in batch])

    def dead_letters(self, batch: Sequence[DeadLetter]) -> None:
        """Store what could not be read, without its payload."""
        self._insert_new(dead_letters, [_letter_row(letter) for letter in batch])

    def posts(self, ids: Sequence[str]) -> list[Post]:
        """Return the newest state of these posts, in the order asked; removed ones are left out."""
        query = select(posts.c.post).where(
            posts.c.id.in_(list(ids)), posts.c.change != Change.REMOVED
        )
        with translated(), self._engine.begin() as connection:
            found = [msgspec.convert(stored, Post) for stored in connection.scalars(query)]
        return sorted(found, key=lambda post: list(ids).index(post.id))

    def _upsert(self, table: Table, rows: Sequence[dict[str, Any]], newer: Newer) -> None:
        if not rows:
            return
        columns = [column.name for column in table.columns if not column.primary_key]
        statement = upsert(self._engine, table, update=columns, newer=newer)
        with translated(), self._engine.begin() as connection:
            connection.execute(statement, rows)

    def _insert_new(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        if not rows:
            return
        with translated(), self._engine.begin() as connection:
            connection.execute(insert_new(self._engine, table), rows)


def _post_row(assessment: Assessment) -> dict[str, Any]:
    post, scores = assessment.post, assessment.scores
    sentiment = scores and scores.sentiment
    return {
        "id": post.id,
        "platform": post.platform,
        "source": post.source,
        "kind": post.kind,
        "change": post.change,
        "rank": _CHANGE_RANK[post.change],
        "conversation": post.conversation,
        "author": post.author,
        "published": post.published,
        "changed": post.changed,
        "received": post.received,
        "text": "" if post.change is Change.REMOVED else post.text,
        "url": None if post.change is Change.REMOVED else post.url,
        "language": scores.language if scores else post.language,
        "negative": sentiment and sentiment.negative,
        "neutral": sentiment and sentiment.neutral,
        "positive": sentiment and sentiment.positive,
        "toxic": scores and scores.toxicity.toxic,
        "target": scores and scores.target,
        "unknown": scores and scores.unknown,
        "model": f"{assessment.model.id} {assessment.model.version}",
        "assessed": assessment.assessed,
        "post": _kept(post),
    }


def _kept(post: Post) -> dict[str, Any]:
    """Return the post as JSON; of a removed one nothing that a person wrote or is called."""
    kept: dict[str, Any] = msgspec.to_builtins(post)
    if post.change is Change.REMOVED:
        kept |= {"text": "", "handle": None, "url": None}
    return kept


def _step_row(event: IncidentEvent) -> dict[str, Any]:
    return {
        "id": event.id,
        "incident": event.incident_id,
        "change": event.change,
        "level": event.level,
        "at": event.at,
        "event": msgspec.to_builtins(event),
    }


def _incident_row(event: IncidentEvent) -> dict[str, Any]:
    return {
        "id": event.incident_id,
        "watch": event.watch,
        "number": event.number,
        "version": event.version,
        "level": event.level,
        "opened": event.opened,
        "since": event.since,
        "updated": event.at,
        "caught_up": event.caught_up,
        "acknowledged_by": event.acknowledged_by,
    }


def _action_row(action: Action) -> dict[str, Any]:
    decision = action.decision
    return {
        "id": action.id,
        "state": action.state,
        "rank": _STATE_RANK[action.state],
        "post": action.post,
        "platform": action.platform,
        "verdict": decision.verdict,
        "reason": decision.reason,
        "category": decision.category,
        "score": decision.score,
        "threshold": decision.threshold,
        "at": action.at,
        "detail": action.detail,
    }


def _review_row(review: Review) -> dict[str, Any]:
    return {
        "id": review.id,
        "subject": review.subject,
        "subject_id": review.subject_id,
        "verdict": review.verdict,
        "reviewer": review.reviewer,
        "at": review.at,
    }


def _letter_row(letter: DeadLetter) -> dict[str, Any]:
    return {
        "id": letter.id,
        "origin": letter.origin,
        "position": letter.position,
        "reason": letter.reason,
        "at": letter.at,
    }
