"""What should be done with one comment, and why. Pure: it decides and touches nothing.

Sentiment is no input of the verdict: however negative, criticism stays. It only chooses which
reason is given for leaving a comment alone. Where the model says that nobody is attacked, or says
nothing at all, nothing is hidden.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from vigie.domain.action import Decision, DecisionReason, HideThreshold, Mode, Verdict
from vigie.domain.assessment import Assessment, Category, Scores, Target, Unknown
from vigie.domain.post import Capability, Change, Kind, Post
from vigie.moderation.insults import insults_openly
from vigie.moderation.spam import is_spam

SPAM = "spam"

_HELD_BACK = {
    Mode.SHADOW: DecisionReason.SHADOW_MODE,
    Mode.REVIEW: DecisionReason.REVIEW_MODE,
}
"""Modes in which abuse is proposed to a person and never hidden."""

_SILENT_BECAUSE = {
    Unknown.EMPTY: DecisionReason.NOTHING_TO_READ,
    Unknown.LANGUAGE: DecisionReason.UNKNOWN_LANGUAGE,
    Unknown.MODEL: DecisionReason.MODEL_SILENT,
}
"""What is said of a comment that the model says nothing of."""

Thresholds = Mapping[tuple[Category, str], HideThreshold]
"""From which score on a machine may hide, by category and language."""

AGREEING = 2
"""So many heads at once, where none of them has a proven threshold."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A head at or above its threshold."""

    category: Category
    score: float
    threshold: HideThreshold

    @property
    def margin(self) -> float:
        """How far above."""
        return self.score - self.threshold.value


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
        if findings := self._findings(assessment.scores):
            return self._abuse(assessment, findings)
        if is_spam(assessment.post.text):
            return self._decide(
                assessment, Verdict.PROPOSE, DecisionReason.SPAM_RULE, category=SPAM
            )
        return self._decide(assessment, Verdict.LEAVE, self._left_because(assessment.scores))

    def _abuse(self, assessment: Assessment, findings: list[Finding]) -> Decision:
        worst = max(findings, key=lambda finding: finding.margin)
        verdict, reason = self._verdict(assessment, findings)
        return self._decide(
            assessment,
            verdict,
            reason,
            category=worst.category,
            score=worst.score,
            threshold=worst.threshold.value,
        )

    def _verdict(
        self, assessment: Assessment, findings: list[Finding]
    ) -> tuple[Verdict, DecisionReason]:
        if assessment.scores and assessment.scores.target is Target.NOBODY:
            # Before the mode: what shadow notes as its own is what enforce would hide.
            return Verdict.PROPOSE, DecisionReason.NOBODY_ATTACKED
        if self.mode in _HELD_BACK:
            return Verdict.PROPOSE, _HELD_BACK[self.mode]
        if Capability.HIDE not in assessment.post.capabilities:
            return Verdict.PROPOSE, DecisionReason.CANNOT_BE_HIDDEN
        if _confirmed(assessment, findings):
            return Verdict.HIDE, DecisionReason.ABUSE_ABOVE_THRESHOLD
        return Verdict.PROPOSE, DecisionReason.ONE_UNPROVEN_HEAD

    def _findings(self, scores: Scores | None) -> list[Finding]:
        """Return every head that is known for the language and at its threshold."""
        if scores is None or scores.unknown or scores.language is None:
            return []
        language = scores.language
        return [
            Finding(category, score, threshold)
            for category, score in scores.toxicity.known().items()
            if (threshold := self.thresholds.get((category, language))) and score >= threshold.value
        ]

    def _left_because(self, scores: Scores | None) -> DecisionReason:
        if scores is None:
            return DecisionReason.NOT_ASSESSED
        if scores.unknown:
            return _SILENT_BECAUSE[scores.unknown]
        if not any(known == scores.language for _, known in self.thresholds):
            return DecisionReason.UNKNOWN_LANGUAGE
        if scores.sentiment.is_negative:
            return DecisionReason.CRITICISM_FIREWALL
        return DecisionReason.NOT_ABUSE

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


def _confirmed(assessment: Assessment, findings: list[Finding]) -> bool:
    """Say whether a proven head, or a second witness, stands behind the findings."""
    proven = any(finding.threshold.proven for finding in findings)
    if proven or len(findings) >= AGREEING:
        return True
    language = assessment.scores.language if assessment.scores else None
    return insults_openly(assessment.post.text, language)


def _out_of_scope(post: Post) -> DecisionReason | None:
    if post.kind is not Kind.COMMENT:
        return DecisionReason.NOT_A_COMMENT
    if post.change is Change.REMOVED:
        return DecisionReason.REMOVED_BY_PLATFORM
    return None
