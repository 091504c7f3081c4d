"""What the policy decides of one comment, and why."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.domain.action import Decision, DecisionReason, HideThreshold, Mode, Verdict
from vigie.domain.assessment import (
    Assessment,
    Category,
    Scores,
    Sentiment,
    Target,
    Toxicity,
    Unknown,
)
from vigie.domain.post import Capability, Change, Kind
from vigie.moderation.policy import HidePolicy
from vigie.testing.builders import (
    ABUSIVE,
    CIVIL,
    NEGATIVE,
    NEUTRAL,
    POSITIVE,
    a_post,
    an_assessment,
)

THRESHOLDS = {
    (Category.INSULT, "fr"): HideThreshold(0.9, proven=True),
    (Category.TOXIC, "fr"): HideThreshold(0.95, proven=False),
    (Category.OBSCENE, "fr"): HideThreshold(0.9, proven=False),
    (Category.THREAT, "en"): HideThreshold(0.9, proven=True),
}
ABUSE = an_assessment(toxicity=ABUSIVE)
ADVERTISING = "http://a.example http://b.example http://c.example"


def decide(assessment: Assessment, mode: Mode = Mode.ENFORCE) -> Decision:
    """Return what the rules say."""
    return HidePolicy(mode, THRESHOLDS, version="7f3a")(assessment)


def test_abuse_above_its_threshold_is_hidden_with_what_the_decision_rests_on() -> None:
    """The head furthest above its own threshold is named, with rules and model."""
    assert decide(ABUSE) == Decision(
        verdict=Verdict.HIDE,
        reason=DecisionReason.ABUSE_ABOVE_THRESHOLD,
        category="insult",
        score=0.999,
        threshold=0.9,
        rule_version="7f3a",
        model_version="fake 0",
    )


def test_a_head_without_proof_never_hides_alone() -> None:
    """Its false alarms could not be measured, so a second head must agree."""
    alone = decide(an_assessment(toxicity=Toxicity(toxic=0.99, insult=0.5, obscene=0.1)))
    assert (alone.verdict, alone.reason) == (Verdict.PROPOSE, DecisionReason.ONE_UNPROVEN_HEAD)
    together = decide(an_assessment(toxicity=Toxicity(toxic=0.99, insult=0.5, obscene=0.95)))
    assert together.verdict is Verdict.HIDE


def test_an_unmistakable_expression_confirms_a_head_and_never_acts_alone() -> None:
    """Two independent witnesses."""
    post = a_post(text="bande de voleurs de merde, crevez")
    confirmed = decide(an_assessment(post, toxicity=Toxicity(toxic=0.99, insult=0.5)))
    assert confirmed.verdict is Verdict.HIDE
    word_alone = decide(an_assessment(post, toxicity=Toxicity(toxic=0.9, insult=0.5)))
    assert word_alone.verdict is Verdict.LEAVE


def test_a_proven_head_hides_alone() -> None:
    """Its false alarms are measured."""
    decision = decide(an_assessment(toxicity=Toxicity(toxic=0.5, insult=0.95)))
    assert decision.verdict is Verdict.HIDE


@pytest.mark.parametrize("mode", list(Mode))
def test_abuse_aimed_at_nobody_is_proposed_and_never_hidden(mode: Mode) -> None:
    """Neither a proven head, nor two, nor an open insult outweigh that nobody is attacked."""
    post = a_post(text="bande de voleurs de merde, crevez", capabilities=())
    toxicity = Toxicity(toxic=0.99, insult=0.99, obscene=0.99)
    for comment in (post, replace(post, capabilities=(Capability.HIDE,))):
        decision = decide(an_assessment(comment, toxicity=toxicity, target=Target.NOBODY), mode)
        assert (decision.verdict, decision.reason) == (
            Verdict.PROPOSE,
            DecisionReason.NOBODY_ATTACKED,
        )
        assert (decision.category, decision.score, decision.threshold) == ("insult", 0.99, 0.9)


@pytest.mark.parametrize("target", [Target.PERSON, Target.GROUP, None])
def test_abuse_of_somebody_is_hidden_and_so_it_is_without_a_head_for_targets(
    target: Target | None,
) -> None:
    """A model that does not say who is attacked decides as before."""
    decision = decide(replace(ABUSE, scores=_aimed(ABUSE, target)))
    assert decision == decide(ABUSE)
    assert decision.verdict is Verdict.HIDE


def _aimed(assessment: Assessment, target: Target | None) -> Scores:
    assert assessment.scores is not None
    return replace(assessment.scores, target=target)


@pytest.mark.parametrize("target", list(Target))
def test_a_target_alone_is_no_reason_to_act(target: Target) -> None:
    """Harsh words about somebody stay as long as no head reaches its threshold."""
    decision = decide(an_assessment(sentiment=NEGATIVE, target=target))
    assert (decision.verdict, decision.reason) == (
        Verdict.LEAVE,
        DecisionReason.CRITICISM_FIREWALL,
    )


@pytest.mark.parametrize(
    ("unknown", "reason"),
    [
        (Unknown.EMPTY, DecisionReason.NOTHING_TO_READ),
        (Unknown.LANGUAGE, DecisionReason.UNKNOWN_LANGUAGE),
        (Unknown.MODEL, DecisionReason.MODEL_SILENT),
    ],
)
def test_what_is_unknown_is_left_alone_even_with_a_number_beside_it(
    unknown: Unknown, reason: DecisionReason
) -> None:
    """The flag counts, not what a broken engine may have said."""
    for toxicity in (Toxicity(), ABUSIVE):
        decision = decide(an_assessment(toxicity=toxicity, target=Target.PERSON, unknown=unknown))
        assert (decision.verdict, decision.reason) == (Verdict.LEAVE, reason)


@pytest.mark.parametrize(
    ("assessment", "reason"),
    [
        (an_assessment(a_post(kind=Kind.MENTION), toxicity=ABUSIVE), DecisionReason.NOT_A_COMMENT),
        (
            an_assessment(a_post(change=Change.REMOVED), toxicity=ABUSIVE),
            DecisionReason.REMOVED_BY_PLATFORM,
        ),
        (replace(ABUSE, scores=None), DecisionReason.NOT_ASSESSED),
        (an_assessment(toxicity=ABUSIVE, language="de"), DecisionReason.UNKNOWN_LANGUAGE),
        (an_assessment(toxicity=ABUSIVE, language=None), DecisionReason.UNKNOWN_LANGUAGE),
        (an_assessment(sentiment=NEGATIVE), DecisionReason.CRITICISM_FIREWALL),
        (an_assessment(sentiment=POSITIVE), DecisionReason.NOT_ABUSE),
        (an_assessment(sentiment=NEUTRAL), DecisionReason.NOT_ABUSE),
    ],
)
def test_what_is_left_alone_says_why(assessment: Assessment, reason: DecisionReason) -> None:
    """Every way to be left alone has its own reason."""
    decision = decide(assessment)
    assert (decision.verdict, decision.reason) == (Verdict.LEAVE, reason)
    assert (decision.category, decision.score, decision.threshold) == (None, None, None)


@pytest.mark.parametrize(
    ("mode", "reason"),
    [(Mode.SHADOW, DecisionReason.SHADOW_MODE), (Mode.REVIEW, DecisionReason.REVIEW_MODE)],
)
def test_outside_enforce_abuse_is_only_proposed(mode: Mode, reason: DecisionReason) -> None:
    """The proposal still says which head found what."""
    decision = decide(ABUSE, mode)
    assert (decision.verdict, decision.reason) == (Verdict.PROPOSE, reason)
    assert (decision.category, decision.score) == ("insult", 0.999)


def test_what_the_platform_cannot_hide_is_proposed() -> None:
    """The capability is the very post's own."""
    decision = decide(an_assessment(a_post(capabilities=()), toxicity=ABUSIVE))
    assert (decision.verdict, decision.reason) == (
        Verdict.PROPOSE,
        DecisionReason.CANNOT_BE_HIDDEN,
    )


def test_the_mode_is_named_before_the_capability() -> None:
    """In shadow nothing would be hidden whatever the platform can do."""
    decision = decide(an_assessment(a_post(capabilities=()), toxicity=ABUSIVE), Mode.SHADOW)
    assert decision.reason is DecisionReason.SHADOW_MODE


def test_the_kind_of_post_comes_before_its_removal_and_both_before_spam() -> None:
    """What is out of scope is not read at all."""
    mention = a_post(kind=Kind.MENTION, change=Change.REMOVED, text=ADVERTISING)
    assert decide(an_assessment(mention)).reason is DecisionReason.NOT_A_COMMENT
    removed = a_post(change=Change.REMOVED, text=ADVERTISING)
    assert decide(an_assessment(removed)).reason is DecisionReason.REMOVED_BY_PLATFORM


@pytest.mark.parametrize("mode", list(Mode))
def test_spam_is_proposed_and_never_hidden(mode: Mode) -> None:
    """Not even where abuse was found as well, and without any score."""
    abusive = an_assessment(a_post(text=ADVERTISING), toxicity=ABUSIVE, language="de")
    for assessment in (abusive, replace(abusive, scores=None)):
        decision = decide(assessment, mode)
        assert (decision.verdict, decision.reason, decision.category) == (
            Verdict.PROPOSE,
            DecisionReason.SPAM_RULE,
            "spam",
        )


def test_a_score_at_its_threshold_is_enough_and_just_below_is_not() -> None:
    """Thresholds are the score from which on a machine may hide."""
    at = an_assessment(toxicity=replace(CIVIL, insult=0.9))
    below = an_assessment(toxicity=replace(CIVIL, insult=0.8999))
    assert decide(at).verdict is Verdict.HIDE
    assert decide(below).verdict is Verdict.LEAVE


@pytest.mark.parametrize(
    "toxicity",
    [
        Toxicity(threat=1.0),  # has a threshold in English only
        Toxicity(sexual=1.0, identity_attack=1.0),  # has no threshold at all
        Toxicity(),  # the model knows none
    ],
)
def test_a_head_without_a_threshold_in_the_language_never_acts(toxicity: Toxicity) -> None:
    """However certain the model is."""
    assert decide(an_assessment(toxicity=toxicity)).verdict is Verdict.LEAVE


def test_without_thresholds_every_language_is_unknown() -> None:
    """A model that ships no threshold hides nothing."""
    decision = HidePolicy(Mode.ENFORCE, {}, version="7f3a")(ABUSE)
    assert decision.reason is DecisionReason.UNKNOWN_LANGUAGE


PROBABILITY = st.floats(0, 1)
SENTIMENTS = st.builds(Sentiment, PROBABILITY, PROBABILITY, PROBABILITY)
TARGETS = st.none() | st.sampled_from(Target)
UNKNOWNS = st.none() | st.sampled_from(Unknown)
TOXICITIES = st.builds(Toxicity, *[st.none() | PROBABILITY] * len(Category))


@given(SENTIMENTS, SENTIMENTS, TOXICITIES, st.sampled_from(["fr", "en", "de", None]))
def test_criticism_firewall_no_sentiment_changes_what_is_done(
    one: Sentiment, other: Sentiment, toxicity: Toxicity, language: str | None
) -> None:
    """Whatever the mood, verdict, category, score and threshold are the same."""
    first, second = (
        decide(an_assessment(sentiment=mood, toxicity=toxicity, language=language))
        for mood in (one, other)
    )
    assert replace(first, reason=second.reason) == second
    assert first.verdict is Verdict.LEAVE or first.reason is second.reason


@given(TOXICITIES, TARGETS, UNKNOWNS, st.sampled_from(["fr", "en"]), st.sampled_from(list(Mode)))
def test_hidden_means_enforced_and_above_a_known_threshold(
    toxicity: Toxicity, target: Target | None, unknown: Unknown | None, language: str, mode: Mode
) -> None:
    """One proven head, or two: no combination of scores hides in another way."""
    decision = decide(
        an_assessment(toxicity=toxicity, language=language, target=target, unknown=unknown), mode
    )
    above = [
        threshold
        for (category, spoken), threshold in THRESHOLDS.items()
        if spoken == language and toxicity.known().get(category, 0.0) >= threshold.value
    ]
    enough = len(above) > 1 or any(threshold.proven for threshold in above)
    allowed = mode is Mode.ENFORCE and target is not Target.NOBODY and unknown is None
    assert (decision.verdict is Verdict.HIDE) == (enough and allowed)
