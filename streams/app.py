"""The flow, one role at a time: what it reads, what is done with it, where it goes.

The table in `streams.roles` says the same as data, and a test compares the two.
"""

from datetime import timedelta

import faust

from config.settings import Settings
from streams.agents.alert import PassCanary
from streams.agents.classify import Classify
from streams.agents.detect import Hear, Judge, Observe, Tick
from streams.agents.moderate import Moderate, Recover, Undo
from streams.embedded import shorten_waits
from streams.flow import Batching, Flow, OpenChannel
from streams.gauges import WatchGauges
from streams.lag import Lag
from streams.options import options
from streams.roles import Role
from streams.tallies import Tallies
from vigie import pipeline as use_cases
from vigie.domain.action import Action
from vigie.domain.assessment import Assessment
from vigie.domain.canary import Canary
from vigie.domain.dead_letter import DeadLetter
from vigie.domain.incident import IncidentEvent
from vigie.domain.notification import DeliveryReceipt
from vigie.domain.observation import Observation
from vigie.domain.post import Post
from vigie.domain.review import Review
from vigie.pipeline import Pipeline
from vigie.ports import Clock
from vigie.telemetry.metrics import Metrics
from vigie.topics import (
    ACTIONS,
    ASSESSMENTS,
    CANARIES,
    COMMENTS,
    DEAD_LETTERS,
    INCIDENTS,
    MENTIONS,
    OBSERVATIONS,
    RECEIPTS,
    REVIEWS,
    Topics,
)

OBSERVED = Batching(size=256, linger=timedelta(milliseconds=100))
"""One observation stands for so many assessments at most; it delays an alert by its linger."""
RECORDED = Batching(size=500, linger=timedelta(milliseconds=250))
"""One transaction of the database; the board lags by its linger."""
RECOVER_EVERY_S = 5.0
DELIVER_EVERY_S = 1.0
LAG_EVERY_S = 2.0


def build_app(  # noqa: PLR0913 - a composition
    settings: Settings,
    pipeline: Pipeline,
    role: Role,
    *,
    clock: Clock,
    metrics: Metrics,
    open_channel: OpenChannel | None = None,
) -> faust.App:
    """Return the role's app, not started; it holds no connection yet."""
    topics = Topics(settings.kafka.topic_prefix, settings.kafka.partitions)
    app = faust.App(**options(settings, role))
    if settings.kafka.embedded:
        shorten_waits(app)
    flow = Flow(app, role, topics, clock=clock, metrics=metrics, open_channel=open_channel)

    lag = Lag(app, metrics)
    flow.every(LAG_EVERY_S, "lag", lag)
    flow.on_hand_over(lag.forget)

    match pipeline:
        case use_cases.Classify():
            posts = Batching(settings.classifier.batch, settings.classifier.linger)
            classify = Classify(pipeline, flow.write(ASSESSMENTS), metrics)
            flow.read_batches("classify", (MENTIONS, COMMENTS), Post, classify, posts)

        case use_cases.Detect():
            gauges = WatchGauges(pipeline.judge, metrics)
            observations = flow.write(OBSERVATIONS)
            tallies = Tallies(flow.table("tallies"))
            canaries = flow.write(CANARIES)
            judge = Judge(pipeline, tallies, flow.write(INCIDENTS), canaries, gauges, metrics)
            tick = Tick(pipeline, observations)
            observe = Observe(pipeline, observations)
            flow.read_batches("observe", (ASSESSMENTS,), Assessment, observe, OBSERVED)
            flow.read("hear", REVIEWS, Review, Hear(pipeline, observations))
            flow.read("judge", OBSERVATIONS, Observation, judge)
            flow.every(
                clock.seconds(settings.detection.tick), "tick", tick, where_first_of=OBSERVATIONS
            )
            flow.on_hand_over(gauges.forget)

        case use_cases.Moderate():
            actions = flow.write(ACTIONS)
            flow.read("moderate", ASSESSMENTS, Assessment, Moderate(pipeline, actions))
            flow.read("undo", REVIEWS, Review, Undo(pipeline, actions))
            flow.every(RECOVER_EVERY_S, "recover", Recover(pipeline, actions))

        case use_cases.Alert():
            flow.read("alert", INCIDENTS, IncidentEvent, pipeline)
            flow.read("answers", REVIEWS, Review, pipeline.answered)
            flow.read("receipts", RECEIPTS, DeliveryReceipt, pipeline.told)
            canaries = flow.write(CANARIES)
            flow.read("canary", CANARIES, Canary, PassCanary(pipeline, canaries))
            flow.every(DELIVER_EVERY_S, "deliver", pipeline.deliver)

        case use_cases.Record() as record:
            flow.read_batches(
                "assessments", (ASSESSMENTS,), Assessment, record.assessments, RECORDED
            )
            flow.read_batches("incidents", (INCIDENTS,), IncidentEvent, record.incidents, RECORDED)
            flow.read_batches("actions", (ACTIONS,), Action, record.actions, RECORDED)
            flow.read_batches("reviews", (REVIEWS,), Review, record.reviews, RECORDED)
            flow.read_batches(
                "dead-letters", (DEAD_LETTERS,), DeadLetter, record.dead_letters, RECORDED
            )

    return app
