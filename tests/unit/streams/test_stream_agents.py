"""What each role does with what it reads, fed by plain values: no Faust, no Kafka."""

# ruff: noqa: ANN401 - the stand is a fixture; its class is in conftest, out of reach of an import

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from streams.agents.alert import PassCanary
from streams.agents.classify import Classify
from streams.agents.detect import Hear, Judge, Observe, Tick
from streams.agents.moderate import Moderate, Recover, Undo
from streams.agents.reading import InBatches
from streams.gauges import WatchGauges
from vigie import pipeline
from vigie.detection.judgement import Figures, Judgement
from vigie.domain.action import Action, ActionKind, ActionState, Decision, DecisionReason, Verdict
from vigie.domain.assessment import Assessment, Scores
from vigie.domain.canary import CANARY, Canary, canary
from vigie.domain.canary import Stage as CanaryStage
from vigie.domain.incident import IncidentChange, IncidentEvent, Level
from vigie.domain.observation import Observation
from vigie.domain.post import Post
from vigie.domain.review import Review, ReviewVerdict, Subject
from vigie.domain.watch import MatchRule, Threshold, Thresholds, Watch
from vigie.errors import Transient
from vigie.ports import Fuse
from vigie.testing.builders import NEGATIVE, a_post, an_assessment
from vigie.testing.classifier import FakeAsyncClassifier
from vigie.testing.clock import START, ManualClock
from vigie.testing.outbox import InMemoryOutbox
from vigie.testing.received import Sent, feed, received
from vigie.wire import Decoder

EAU = Watch(
    id="eau",
    name="Campagne Eau",
    match=(MatchRule(sources=frozenset({"practice-page"})),),
    thresholds=Thresholds(levels={Level.JAUNE: (Threshold(posts=2, negatives=2),)}),
)
UNUSED: Any = None
"""A port that a test never reaches."""
HIDE = Decision(verdict=Verdict.HIDE, reason=DecisionReason.ABUSE_ABOVE_THRESHOLD)


def an_action(state: ActionState = ActionState.CONFIRMED) -> Action:
    """Return a hide of post 1."""
    return Action(
        id="hide:practice:1#created",
        kind=ActionKind.HIDE,
        state=state,
        post="practice:1",
        platform="practice",
        conversation="practice:pub-1",
        author="author-1",
        decision=HIDE,
        published=START,
        at=START,
    )


def a_review(subject: Subject, verdict: ReviewVerdict) -> Review:
    """Return somebody's word."""
    return Review(
        id="r1",
        subject=subject,
        subject_id="eau-1",
        key="eau",
        verdict=verdict,
        reviewer="camille",
        at=START,
    )


@pytest.fixture
def detect(stand: Any) -> pipeline.Detect:
    """Return detection with one watch on a clock that stands still."""
    clock = ManualClock()
    judge = Judgement({"eau": EAU}, clock, behind=timedelta(minutes=5), horizon=timedelta(hours=2))
    return pipeline.Detect((EAU,), judge, clock, stand.metrics)


async def test_posts_become_assessments_in_order(stand: Any) -> None:
    """One per post, and counted once they are out."""
    out = Sent()
    posts = pipeline.Classify(FakeAsyncClassifier(), ManualClock(), stand.metrics)
    agent = InBatches(stand.edge, Decoder(Post), Classify(posts, out, stand.metrics))
    await agent(feed(received(a_post(1, text="honteux"), a_post(2, text="merci"))))
    sent = [value for value in out.values if isinstance(value, Assessment)]
    assert [assessment.post.id for assessment in sent] == ["practice:1", "practice:2"]
    assert [a.scores.sentiment.is_negative for a in sent if a.scores] == [True, False]
    assert stand.metrics.registry.get_sample_value("vigie_assessments_total") == 2


async def test_a_model_that_fails_for_a_while_delays_posts_and_loses_none(stand: Any) -> None:
    """The batch waits in place."""

    class Moody(FakeAsyncClassifier):
        left = 2

        async def classify(
            self, texts: Sequence[str], languages: Sequence[str | None]
        ) -> list[Scores]:
            if self.left:
                self.left -= 1
                message = "the model is being loaded"
                raise Transient(message)
            return await super().classify(texts, languages)

    out = Sent()
    posts = pipeline.Classify(Moody(), ManualClock(), stand.metrics)
    agent = InBatches(stand.edge, Decoder(Post), Classify(posts, out, stand.metrics))
    await agent(feed(received(a_post(1))))
    assert len(out.values) == 1
    assert stand.letters == []
    assert stand.metrics.registry.get_sample_value("vigie_assessments_total") == 1


async def test_assessments_become_one_observation_per_watch(detect: pipeline.Detect) -> None:
    """Whatever the batch held."""
    out = Sent()
    await Observe(detect, out)([an_assessment(a_post(n)) for n in range(3)])
    (observation,) = out.values
    assert isinstance(observation, Observation)
    assert (observation.watch, len(observation.posts)) == ("eau", 3)


async def test_a_word_on_an_incident_goes_to_its_watch(detect: pipeline.Detect) -> None:
    """And a word on an action does not."""
    out = Sent()
    false_alarm = a_review(Subject.INCIDENT, ReviewVerdict.FALSE_ALARM)
    await Hear(detect, out)(false_alarm)
    await Hear(detect, out)(a_review(Subject.ACTION, ReviewVerdict.UNDO))
    assert [value.review for value in out.values if isinstance(value, Observation)] == [false_alarm]


async def test_a_tick_tells_every_watch_that_time_has_passed(detect: pipeline.Detect) -> None:
    """As an observation of nothing."""
    out = Sent()
    await Tick(detect, out)()
    assert out.values == [Observation(watch="eau", received=START)]


async def test_an_observation_that_crosses_a_threshold_is_told_and_shown(
    detect: pipeline.Detect, stand: Any
) -> None:
    """The step goes out, is counted, and the gauges show the level."""
    tallies: dict[str, bytes] = {}
    out, gauges = Sent(), WatchGauges(detect.judge, stand.metrics)
    assessments = [an_assessment(a_post(n), sentiment=NEGATIVE) for n in range(3)]
    (observation,) = detect.observe(assessments)
    await Judge(detect, tallies, out, Sent(), gauges, stand.metrics)(observation)
    (step,) = out.values
    assert isinstance(step, IncidentEvent)
    assert (step.change, step.level) == (IncidentChange.OPENED, Level.JAUNE)
    assert tallies
    sample = stand.metrics.registry.get_sample_value
    assert sample("vigie_watch_level", {"watch": "eau"}) == 1
    assert sample("vigie_watch_window_negative_posts", {"watch": "eau"}) == 3
    assert sample("vigie_incident_events_total", {"watch": "eau", "change": "opened"}) == 1


async def test_a_broker_that_is_away_does_not_swallow_an_incident(
    detect: pipeline.Detect, stand: Any
) -> None:
    """Judging again would not tell the step, for the table holds it: only sending repeats."""
    out = Sent(failures=[Transient("away")])
    gauges = WatchGauges(detect.judge, stand.metrics)
    judge = Judge(detect, {}, stand.edge.persistent(out), Sent(), gauges, stand.metrics)
    assessments = [an_assessment(a_post(n), sentiment=NEGATIVE) for n in range(3)]
    (observation,) = detect.observe(assessments)
    (event,) = received(observation)
    await stand.edge.single(event, Decoder(Observation), judge)
    assert len(out.values) == 1


@dataclass
class Scripted:
    """A judge that says what it is told to."""

    known: dict[str, Figures] = field(default_factory=dict)

    def __call__(self, *_: object) -> list[IncidentEvent]:
        """Say nothing."""
        return []

    def figures(self, watch: str) -> Figures | None:
        """Return what is known."""
        return self.known.get(watch)

    def forget(self) -> None:
        """Drop it."""
        self.known.clear()


def test_a_watch_that_is_judged_elsewhere_disappears_from_the_gauges(stand: Any) -> None:
    """Else two workers would show two levels."""
    figures = Figures(level=Level.ROUGE, since=START, posts=9, negatives=8, toxic=7, expected=6.0)
    gauges = WatchGauges(Scripted({"eau": figures}), stand.metrics)
    gauges.show("eau")
    names = [
        "vigie_watch_level",
        "vigie_watch_level_since_timestamp_seconds",
        "vigie_watch_window_posts",
        "vigie_watch_window_negative_posts",
        "vigie_watch_window_toxic_posts",
        "vigie_watch_window_expected_posts",
    ]
    sample = stand.metrics.registry.get_sample_value
    shown = [sample(name, {"watch": "eau"}) for name in names]
    assert shown == [3, START.timestamp(), 9, 8, 7, 6]
    gauges.forget()
    assert [sample(name, {"watch": "eau"}) for name in names] == [None] * 6
    gauges.show("eau")
    assert sample("vigie_watch_level", {"watch": "eau"}) is None


def test_a_watch_without_a_baseline_shows_no_expectation(stand: Any) -> None:
    """A made-up number would be drawn as if it were known."""
    figures = Figures(level=Level.VERT, since=START, posts=1, negatives=0, toxic=0, expected=None)
    WatchGauges(Scripted({"eau": figures}), stand.metrics).show("eau")
    sample = stand.metrics.registry.get_sample_value
    assert sample("vigie_watch_window_expected_posts", {"watch": "eau"}) is None
    assert sample("vigie_watch_window_posts", {"watch": "eau"}) == 1


class Hands:
    """An executor that does everything at once, on paper."""

    async def carry_out(self, _: Action) -> Action:
        """Return the action as confirmed."""
        return an_action(ActionState.CONFIRMED)

    async def undo(self, *_: str, **__: str) -> Action:
        """Return the action as restored."""
        return an_action(ActionState.RESTORED)

    async def recover(self) -> list[Action]:
        """Return one action that was left half done."""
        return [an_action(ActionState.CONFIRMED)]


class Paper:
    """A ledger that opens every action."""

    def open(self, *_: object, **__: object) -> Action:
        """Return the action as begun."""
        return an_action(ActionState.PROPOSED)

    def spent(self, **_: object) -> int:
        """Return how much of the budget is gone."""
        return 1


@pytest.fixture
def moderate(stand: Any) -> pipeline.Moderate:
    """Return moderation that hides what is abusive."""

    def policy(assessment: Assessment) -> Decision:
        if assessment.post.id == "practice:1":
            return HIDE
        return Decision(verdict=Verdict.LEAVE, reason=DecisionReason.NOT_ABUSE)

    return pipeline.Moderate(
        policy, Paper(), Hands(), Fuse(60, 30, 5), ManualClock(), stand.metrics
    )


async def test_what_became_of_a_comment_is_told_and_a_comment_left_alone_is_not(
    moderate: pipeline.Moderate,
) -> None:
    """One action, one record."""
    out = Sent()
    await Moderate(moderate, out)(an_assessment(a_post(1)))
    await Moderate(moderate, out)(an_assessment(a_post(2)))
    assert out.values == [an_action(ActionState.CONFIRMED)]


async def test_a_person_who_undoes_an_action_is_told_that_it_is_undone(
    moderate: pipeline.Moderate,
) -> None:
    """On the topic of actions; a word on an incident changes none."""
    out = Sent()
    await Undo(moderate, out)(a_review(Subject.ACTION, ReviewVerdict.UNDO))
    await Undo(moderate, out)(a_review(Subject.INCIDENT, ReviewVerdict.CLOSE))
    assert out.values == [an_action(ActionState.RESTORED)]


async def test_what_was_left_half_done_is_finished_and_told(moderate: pipeline.Moderate) -> None:
    """After a crash, every few seconds."""
    out = Sent()
    await Recover(moderate, out)()
    assert out.values == [an_action(ActionState.CONFIRMED)]


async def test_a_canary_goes_its_own_way_through_detection(
    detect: pipeline.Detect, stand: Any
) -> None:
    """Past every watch, even one that would take anything, and past what is learned."""
    tallies: dict[str, bytes] = {}
    gauges, canaries, incidents = WatchGauges(detect.judge, stand.metrics), Sent(), Sent()
    (observation,) = detect.observe([an_assessment(canary(START), sentiment=NEGATIVE)])
    assert observation.watch == CANARY
    await Judge(detect, tallies, incidents, canaries, gauges, stand.metrics)(observation)
    assert canaries.values == [Canary(post=canary(START).id, sent=START, stage=CanaryStage.JUDGED)]
    assert (tallies, incidents.values) == ({}, [])


async def test_a_canary_ends_where_people_are_paged_once_the_database_has_answered() -> None:
    """What was passed on already goes no further round."""
    out, outbox = Sent(), InMemoryOutbox()
    alert = pipeline.Alert(UNUSED, UNUSED, outbox, UNUSED, ManualClock())
    judged = Canary(post="file:c", sent=START, stage=CanaryStage.JUDGED)
    await PassCanary(alert, out)(judged)
    (alerted,) = out.values
    assert isinstance(alerted, Canary)
    assert alerted.stage is CanaryStage.ALERTED
    await PassCanary(alert, out)(alerted)
    assert out.values == [alerted]


async def test_a_canary_is_not_stored() -> None:
    """It is nobody's post; what comes with it is."""
    stored: list[Sequence[Assessment]] = []

    class Models:
        def assessments(self, batch: Sequence[Assessment]) -> None:
            stored.append(batch)

    record = pipeline.Record(Models())  # type: ignore[arg-type]
    post = an_assessment(a_post(1))
    await record.assessments([an_assessment(canary(START)), post])
    assert stored == [[post]]
