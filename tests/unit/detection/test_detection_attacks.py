"""Whom abuse is aimed at decides what detection counts; the organisation is told by its names."""

from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry

from vigie.detection.judgement import Judgement
from vigie.domain.assessment import Assessment, Target
from vigie.domain.incident import Level, Nature, SignalKind
from vigie.domain.observation import ObservedPost
from vigie.domain.post import Change
from vigie.domain.watch import MatchRule, Threshold, Thresholds, Watch, names
from vigie.pipeline import Detect
from vigie.telemetry.metrics import Metrics
from vigie.testing.builders import ABUSIVE, CIVIL, a_post, an_assessment
from vigie.testing.clock import START, ManualClock

WATCH = Watch(
    id="sourcebelle",
    name="Sourcebelle",
    match=(
        MatchRule(sources=frozenset({"practice-page"})),
        MatchRule(words=("source belle", "#puitspourtous"), without=("hôtel sourcebelle",)),
    ),
    thresholds=Thresholds(levels={Level.JAUNE: (Threshold(posts=4, toxic_share=0.1),)}),
)
SOMEBODY = (Target.PERSON, Target.GROUP)


@pytest.fixture
def detect() -> Detect:
    """Return detection with one watch on a clock that stands still."""
    clock = ManualClock()
    judge = Judgement(
        {WATCH.id: WATCH}, clock, behind=timedelta(minutes=5), horizon=timedelta(hours=2)
    )
    return Detect((WATCH,), judge, clock, Metrics(CollectorRegistry()))


def abuse(text: str, target: Target | None, number: int = 1) -> Assessment:
    """Return what the classifier says of abuse."""
    return an_assessment(a_post(number, text=text), toxicity=ABUSIVE, target=target)


def observed(detect: Detect, assessment: Assessment) -> ObservedPost:
    """Return the post as the watch will count it."""
    (observation,) = detect.observe([assessment])
    (post,) = observation.posts
    return post


def test_abuse_aimed_at_nobody_does_not_count_as_abuse(detect: Detect) -> None:
    """Swearing at the weather under our page is no attack, even where it names us."""
    post = observed(detect, abuse("putain de pluie à Sourcebelle", Target.NOBODY))
    assert (post.toxic, post.nature is Nature.ATTACK) == (False, False)


@pytest.mark.parametrize("target", SOMEBODY)
def test_abuse_of_somebody_that_names_the_watch_is_an_attack_on_it(
    detect: Detect, target: Target
) -> None:
    """Without case or accents, by its name or by one of its words."""
    for text in ("SOURCEBELLE bande de rats", "crève, Source Bellé", "sales rats #PuitsPourTous"):
        post = observed(detect, abuse(text, target))
        assert (post.toxic, post.nature is Nature.ATTACK) == (True, True)


@pytest.mark.parametrize("target", SOMEBODY)
def test_a_quarrel_among_others_is_abuse_and_no_attack_on_the_watch(
    detect: Detect, target: Target
) -> None:
    """It stands under our page, and still counts."""
    post = observed(detect, abuse("pauvre type, va", target))
    assert (post.toxic, post.nature is Nature.ATTACK) == (True, False)


def test_a_model_that_does_not_say_who_is_attacked_counts_abuse_and_claims_no_attack(
    detect: Detect,
) -> None:
    """As before targets existed."""
    post = observed(detect, abuse("Sourcebelle bande de rats", None))
    assert (post.toxic, post.nature is Nature.ATTACK) == (True, False)


def test_criticism_that_names_the_watch_is_no_attack(detect: Detect) -> None:
    """Whoever the model thinks is meant: no head for abuse speaks."""
    critic = an_assessment(
        a_post(text="Sourcebelle, rendez l'argent"), toxicity=CIVIL, target=Target.GROUP
    )
    post = observed(detect, critic)
    assert (post.toxic, post.nature is Nature.ATTACK) == (False, False)


def test_what_has_no_scores_is_neither(detect: Detect) -> None:
    """A removal, or a text with nothing in it."""
    removed = replace(
        abuse("Sourcebelle", Target.GROUP), post=a_post(change=Change.REMOVED, text=""), scores=None
    )
    post = observed(detect, removed)
    assert (post.toxic, post.nature is Nature.ATTACK) == (False, False)


def test_an_edit_that_no_longer_concerns_the_watch_says_so(detect: Detect) -> None:
    """Nor does it count as an attack on it."""
    edit = a_post(change=Change.EDITED, text="pauvre type, va", source="elsewhere")
    post = observed(detect, replace(abuse("", Target.PERSON), post=edit))
    assert (post.concerns, post.nature is Nature.ATTACK) == (False, False)


def test_what_a_watch_excludes_is_not_its_name() -> None:
    """The hotel has nothing to do with us."""
    assert names(WATCH, "Avec Sourcebelle au Tchad")
    assert not names(WATCH, "une nuit à l'Hôtel Sourcebelle")
    assert not names(WATCH, "les sourcebelles")


def test_a_signal_of_abuse_says_how_many_attack_the_watch(detect: Detect) -> None:
    """Six abusive posts, of which four name it; an edit that calms down takes its own out."""
    posts = [
        *(abuse("Sourcebelle, rats", Target.GROUP, number) for number in range(4)),
        *(abuse("pauvre type", Target.PERSON, number) for number in range(4, 6)),
        *(abuse("putain de pluie", Target.NOBODY, number) for number in range(6, 9)),
    ]
    table: dict[str, bytes] = {}
    (event,) = (e for o in detect.observe(posts) for e in detect.judge(o, table))
    (signal,) = event.signals
    assert (signal.kind, signal.count, signal.n, signal.attacks) == (SignalKind.TOXIC, 6, 9, 4)
    assert event.evidence[0] in {f"practice:{number}" for number in range(4)}
    calmed = a_post(0, change=Change.EDITED, changed=START + timedelta(seconds=1), text="Pardon")
    (observation,) = detect.observe([an_assessment(calmed, target=Target.NOBODY)])
    detect.judge(observation, table)
    figures = detect.judge.figures(WATCH.id)
    assert figures is not None
    assert figures.toxic == 5
