"""What should be done with one comment, and why. Pure: it decides and touches nothing.

Sentiment is no input of the verdict: however negative, criticism stays. It only chooses which
reason is given for leaving a comment alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vigie.domain.action import Decision, DecisionReason, Mode, Verdict
from vigie.domain.assessment import Assessment, Category, Scores
from vigie.domain.post import Capability, Change, Kind, Post
from vigie.moderation.spam import is_spam

SPAM = "spam"

_HELD_BACK = {
    Mode.SHADOW: DecisionReason.SHADOW_MODE,
    Mode.REVIEW: DecisionReason.REVIEW_MODE,
}
"""Modes in which abuse is proposed to a person and never hidden."""

Thresholds = Mapping[tuple[Category, str], float]
"""The score from which on a machine may hide, by category and language."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The head that is furthest above its threshold."""

    category: Category
    score: float
    threshold: float


@dataclass(frozen=True, slots=True)
class HidePolicy:
    """Keeps `vigie.pipeline.Policy`; `version` names these rules in every decision."""

    mode: Mode
    thresholds: Thresholds
    version: str

    def __call__(self, assessment: Assessment) -> Decision:
        """Return what should be done with the comment and why."""
        if (out := _out_of_scope(assessment.post)) is not None:
            return self._decide(assessment, Verdict.LEAVE, out)
        if is_spam(assessment.post.text):
            return self._decide(
                assessment, Verdict.PROPOSE, DecisionReason.SPAM_RULE, category=SPAM
            )
        if assessment.scores is None:
            return self._decide(assessment, Verdict.LEAVE, DecisionReason.NOT_ASSESSED)
        return self._judge(assessment, assessment.scores)

    def _judge(self, assessment: Assessment, scores: Scores) -> Decision:
        if not self._knows(scores.language):
            return self._decide(assessment, Verdict.LEAVE, DecisionReason.UNKNOWN_LANGUAGE)
        finding = self._worst(scores)
        if finding is None:
            return self._decide(assessment, Verdict.LEAVE, _left_because(scores))
        return self._abuse(assessment, finding)

    def _abuse(self, assessment: Assessment, finding: Finding) -> Decision:
        verdict, reason = Verdict.HIDE, DecisionReason.ABUSE_ABOVE_THRESHOLD
        if self.mode in _HELD_BACK:
            verdict, reason = Verdict.PROPOSE, _HELD_BACK[self.mode]
        elif Capability.HIDE not in assessment.post.capabilities:
            verdict, reason = Verdict.PROPOSE, DecisionReason.CANNOT_BE_HIDDEN
        return self._decide(
            assessment,
            verdict,
            reason,
            category=finding.category,
            score=finding.score,
            threshold=finding.threshold,
        )

    def _knows(self, language: str | None) -> bool:
        return any(known == language for _, known in self.thresholds)

    def _worst(self, scores: Scores) -> Finding | None:
        found = list(self._findings(scores))
        return max(found, key=lambda finding: finding.score - finding.threshold, default=None)

    def _findings(self, scores: Scores) -> Iterator[Finding]:
        """Yield every head that is known for the language and at its threshold."""
        for category, score in scores.toxicity.known().items():
            threshold = self.thresholds.get((category, scores.language or ""))
            if threshold is not None and score >= threshold:
                yield Finding(category, score, threshold)

    def _decide(  # noqa: PLR0913 - the parts of a decision
        self,
        assessment: Assessment,
        verdict: Verdict,
        reason: DecisionReason,
        *,
        category: str | None = None,
        score: float | None = None,
        threshold: float | None = None,
    ) -> Decision:
        return Decision(
            verdict=verdict,
            reason=reason,
            category=category,
            score=score,
            threshold=threshold,
            rule_version=self.version,
            model_version=f"{assessment.model.id} {assessment.model.version}",
        )


def _out_of_scope(post: Post) -> DecisionReason | None:
    if post.kind is not Kind.COMMENT:
        return DecisionReason.NOT_A_COMMENT
    if post.change is Change.REMOVED:
        return DecisionReason.REMOVED_BY_PLATFORM
    return None


def _left_because(scores: Scores) -> DecisionReason:
    if scores.sentiment.is_negative:
        return DecisionReason.CRITICISM_FIREWALL
    return DecisionReason.NOT_ABUSE
