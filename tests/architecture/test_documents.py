"""Pages that are made from code are current, and say what is so."""

import json
import runpy
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest

from vigie.asyncapi import PAYLOADS, document
from vigie.domain.action import Action, ActionKind, ActionState, Decision, DecisionReason, Verdict
from vigie.domain.canary import Canary, Stage
from vigie.domain.dead_letter import DeadLetter
from vigie.domain.incident import IncidentChange, IncidentEvent, Level, Signal, SignalKind
from vigie.domain.notification import DeliveryReceipt
from vigie.domain.observation import Observation, ObservedPost
from vigie.domain.post import Change
from vigie.domain.review import Review, ReviewVerdict, Subject
from vigie.telemetry.reference import catalogue
from vigie.testing.builders import a_post, an_assessment
from vigie.testing.clock import START
from vigie.topics import CATALOGUE, Topics
from vigie.wire import Value, cloud_event, encode

DOCS = Path(__file__).parents[2] / "docs"
PAGES: dict[str, Callable[[], str]] = runpy.run_path(str(DOCS / "generate.py"))["PAGES"]

REVIEW = Review(
    id="r-1",
    subject=Subject.INCIDENT,
    subject_id="eau-1",
    key="eau",
    verdict=ReviewVerdict.FALSE_ALARM,
    reviewer="amina",
    at=START,
)
VALUES: tuple[Value, ...] = (
    a_post(),
    a_post(followers=12, account_created=START, change=Change.REMOVED, text=""),
    an_assessment(),
    Observation(
        watch="eau",
        received=START,
        posts=(
            ObservedPost(id="practice:1", change=Change.CREATED, published=START, changed=START),
        ),
    ),
    Observation(watch="eau", received=START, review=REVIEW),
    IncidentEvent(
        watch="eau",
        number=1,
        version=1,
        change=IncidentChange.OPENED,
        level=Level.ORANGE,
        previous=Level.VERT,
        at=START,
        opened=START,
        since=START,
        signals=(Signal(SignalKind.NEGATIVE, 21, 30, 4.5, 0.52, 0.83),),
        evidence=("practice:1",),
        crossed=START,
    ),
    Canary(post="file:canary", sent=START, stage=Stage.ALERTED),
    Action(
        id="hide:practice:1#created",
        kind=ActionKind.HIDE,
        state=ActionState.PROPOSED,
        post="practice:1",
        platform="practice",
        conversation="practice:pub-1",
        author="author-1",
        decision=Decision(
            verdict=Verdict.PROPOSE, reason=DecisionReason.SHADOW_MODE, category="insult", score=0.9
        ),
        published=START,
        at=START + timedelta(seconds=1),
    ),
    REVIEW,
    DeliveryReceipt(gateway="twilio", provider_id="SM1", arrived=False, at=START),
    DeadLetter(
        id="d-1",
        origin="vigie.mentions",
        position="0:7",
        reason="not JSON",
        payload=b"\x00",
        at=START,
    ),
)


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_current(name: str) -> None:
    """If this fails, run `python docs/generate.py` and commit what it wrote."""
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name]()


@pytest.mark.parametrize("page", ["moderation-safety.md", "fr/moderation.md"])
def test_every_reason_of_a_decision_is_explained(page: str) -> None:
    """Moderators read reasons on the board as they stand in the log."""
    text = (DOCS / page).read_text(encoding="utf-8")
    assert [reason for reason in DecisionReason if f"`{reason}`" not in text] == []


def test_every_metric_is_on_the_page_under_the_name_prometheus_sees() -> None:
    """Counters are exposed with `_total`, and that is how they are listed."""
    page = (DOCS / "metrics.md").read_text(encoding="utf-8")
    exposed = {metric.series[0].removesuffix("_bucket") for metric in catalogue()}
    assert "vigie_posts_total" in exposed
    assert all(f"| `{name}` |" in page for name in exposed)


def test_every_topic_but_faust_s_own_is_described() -> None:
    """A topic added to the catalogue must say what travels on it."""
    assert set(PAYLOADS) == {topic.name for topic in CATALOGUE if "changelog" not in topic.name}


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_what_is_really_sent_is_what_is_described(value: Value) -> None:
    """Bytes and headers, as the producer gets them, follow the message's two schemas."""
    described = document(Topics("vigie.", 4))
    components = described["components"]
    message = components["messages"][type(value).__name__]
    payload = jsonschema.Draft202012Validator(message["payload"] | {"components": components})
    payload.validate(json.loads(encode(value)))
    headers = dict(cloud_event(value, id_="1", source="vigie/test", time=START))
    text = {name: content.decode() for name, content in headers.items()}
    jsonschema.Draft202012Validator(message["headers"]).validate(text)


def test_a_wrong_record_would_be_noticed() -> None:
    """The schemas are not so wide that anything passes."""
    described = document(Topics("vigie.", 4))
    schema = {"$ref": "#/components/schemas/Post", "components": described["components"]}
    post = json.loads(encode(a_post())) | {"kind": "rumour"}
    with pytest.raises(jsonschema.ValidationError, match="rumour"):
        jsonschema.Draft202012Validator(schema).validate(post)


def test_every_value_type_is_tried() -> None:
    """A new wire type needs a value in this file."""
    assert {type(value) for value in VALUES} == set(PAYLOADS.values())
