"""The composition root builds every role from the example, and says what is missing."""

import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
import pytest
from prometheus_client import CollectorRegistry

from classifiers.manifest import stamped
from config.load import load
from config.settings import Settings
from vigie.bootstrap import Bootstrap, build
from vigie.bootstrap.telling import notifiers
from vigie.clock import ScaledClock, SystemClock
from vigie.connectors.file.listen import FileListener
from vigie.connectors.practice.listen import PracticeListener
from vigie.demo.platform import build_app
from vigie.domain.action import ActionState, DecisionReason, Verdict
from vigie.domain.assessment import Toxicity
from vigie.domain.notification import Channel
from vigie.errors import Misconfigured, Transient
from vigie.pipeline import Alert, Classify, Detect, Moderate, Record
from vigie.storage.database import open_engine, upgrade
from vigie.telemetry.metrics import Metrics
from vigie.testing.builders import a_post, an_assessment
from vigie.testing.http_server import running

EXAMPLE = Path(__file__).parents[2] / "config" / "example.yaml"
SHIPPED = Path(str(files("classifiers"))) / "model"
SECRETS = {
    "VIGIE_AUTHOR_KEY": "0123456789abcdef0123456789abcdef",
    "VIGIE_PRACTICE_TOKEN": "practice-token",
    "VIGIE_SMS_TOKEN": "sms-token",
    "VIGIE_LINK_KEY": "fedcba9876543210fedcba9876543210",
}
MANIFEST = {
    "id": "small",
    "version": "1",
    "sha256": {},
    "max_pieces": 128,
    "sentiments": ["negative", "neutral", "positive"],
    "categories": ["insult"],
    "heads": [
        {
            "category": "insult",
            "language": "fr",
            "positives": 500,
            "available": True,
            "threshold": {
                "value": 0.9,
                "supported": True,
                "negatives": 5000,
                "false_alarms": 9,
                "upper_rate": 0.0034,
                "plain_negatives": 0,
                "plain_false_alarms": 0,
            },
        }
    ],
}


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Give the variables of an installation with a migrated database and a model's thresholds."""
    url = f"sqlite:///{tmp_path / 'vigie.db'}"
    engine = open_engine(url)
    upgrade(engine)
    engine.dispose()
    (tmp_path / "config.json").write_bytes(msgspec.json.encode(stamped({"vigie": MANIFEST})))
    return SECRETS | {"VIGIE__DATABASE__URL": url, "VIGIE__CLASSIFIER__MODEL": str(tmp_path)}


def bootstrap_of(environ: dict[str, str]) -> Bootstrap:
    """Return the composition root on the example."""
    return Bootstrap(load(EXAMPLE, environ), Metrics(CollectorRegistry()))


@pytest.fixture
async def bootstrap(environ: dict[str, str]) -> AsyncIterator[Bootstrap]:
    """Give the root, and close what it opened."""
    root = bootstrap_of(environ)
    yield root
    await root.close()


@pytest.mark.parametrize(
    ("role", "kind"),
    [("detect", Detect), ("moderate", Moderate), ("alert", Alert), ("record", Record)],
)
async def test_every_role_can_be_built(environ: dict[str, str], role: str, kind: type) -> None:
    """As the worker does it, and closed again without a trace."""
    settings = load(EXAMPLE, environ)
    async with build(settings, role, Metrics(CollectorRegistry())) as (pipeline, clock):
        assert isinstance(pipeline, kind)
        assert isinstance(clock, SystemClock)


@pytest.mark.skipif(not (SHIPPED / "model.onnx").exists(), reason="no model yet: run make train")
async def test_classify_is_built_with_the_shipped_model(environ: dict[str, str]) -> None:
    """The one in the package."""
    settings = load(EXAMPLE, environ | {"VIGIE__CLASSIFIER__MODEL": "shipped"})
    async with build(settings, "classify", Metrics(CollectorRegistry())) as (pipeline, _):
        assert isinstance(pipeline, Classify)
        (assessment,) = await pipeline([a_post(text="Merci pour tout ce que vous faites !")])
        assert assessment.model.id


@pytest.mark.skipif(not (SHIPPED / "model.onnx").exists(), reason="no model yet: run make train")
async def test_the_time_of_a_run_is_the_configured_one(environ: dict[str, str]) -> None:
    """No model answers within a microsecond."""
    hurried = {"VIGIE__CLASSIFIER__MODEL": "shipped", "VIGIE__CLASSIFIER__TIMEOUT": "0.001ms"}
    settings = load(EXAMPLE, environ | hurried)
    async with build(settings, "classify", Metrics(CollectorRegistry())) as (pipeline, _):
        assert isinstance(pipeline, Classify)
        with pytest.raises(Transient, match=r"classifier\.timeout"):
            await pipeline([a_post(text="Merci pour tout ce que vous faites !")])


async def test_the_example_hides_nothing_and_says_shadow(bootstrap: Bootstrap) -> None:
    """What would be hidden is proposed, by the model's own threshold."""
    moderate = bootstrap.moderate()
    action = await moderate(an_assessment(toxicity=Toxicity(insult=0.95)))
    assert action is not None
    assert (action.decision.verdict, action.decision.reason, action.decision.threshold) == (
        Verdict.PROPOSE,
        DecisionReason.SHADOW_MODE,
        0.9,
    )


async def test_a_hide_that_waited_is_not_done_after_a_restart_in_shadow(
    environ: dict[str, str],
) -> None:
    """The operator takes enforce back while the platform is away; then it comes back."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        away = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        enforcing = bootstrap_of(
            environ
            | {"VIGIE__MODERATION__MODE": "enforce", "VIGIE__PLATFORMS__PRACTICE__URL": away}
        )
        waiting = await enforcing.moderate()(an_assessment(toxicity=Toxicity(insult=0.95)))
        await enforcing.close()
    assert waiting is not None
    assert (waiting.decision.verdict, waiting.state) == (Verdict.HIDE, ActionState.PROPOSED)
    app = build_app(SECRETS["VIGIE_PRACTICE_TOKEN"])
    app.state.platform.post([{"id": "1", "kind": "comment"}])
    with running(app) as url:
        shadow = bootstrap_of(environ | {"VIGIE__PLATFORMS__PRACTICE__URL": url})
        (ended,) = await shadow.moderate().recover()
        await shadow.close()
    assert ended.state is ActionState.FAILED
    assert app.state.platform.hidden() == []


async def test_sources_channels_people_and_watches_are_those_of_the_file(
    bootstrap: Bootstrap,
) -> None:
    """Nothing more and nothing less."""
    practice, archive = bootstrap.listeners()
    assert isinstance(practice, PracticeListener)
    assert isinstance(archive, FileListener)
    assert (practice.id, archive.id) == ("practice-page", "archive")
    async with AsyncExitStack() as closing:
        channels = notifiers(bootstrap.settings, bootstrap.metrics, closing)
        assert set(channels) == {Channel.EMAIL, Channel.SMS}
    assert set(bootstrap.people()) == {"amina", "bastien"}
    assert set(bootstrap.watches()) == {"sourcebelle", "campagne-eau"}
    assert set(bootstrap.platforms()) == {"practice"}


@pytest.mark.parametrize("role", ["moderate", "alert", "record"])
async def test_a_database_without_schema_stops_a_role_with_the_command(
    environ: dict[str, str], tmp_path: Path, role: str
) -> None:
    """`vigie db upgrade`."""
    settings = load(EXAMPLE, environ | {"VIGIE__DATABASE__URL": f"sqlite:///{tmp_path / 'new.db'}"})
    with pytest.raises(Misconfigured, match="run `vigie db upgrade`"):
        async with build(settings, role, Metrics(CollectorRegistry())):
            pass


@pytest.mark.parametrize("role", ["classify", "moderate"])
async def test_a_model_that_is_not_there_stops_a_role_with_what_to_do(
    environ: dict[str, str], tmp_path: Path, role: str
) -> None:
    """Without thresholds nobody decides."""
    settings = load(EXAMPLE, environ | {"VIGIE__CLASSIFIER__MODEL": str(tmp_path / "nowhere")})
    with pytest.raises(Misconfigured, match="write shipped, fast, a folder or a Hugging Face id"):
        async with build(settings, role, Metrics(CollectorRegistry())):
            pass


def changed(settings: Settings, **sections: Any) -> Settings:  # noqa: ANN401 - any section
    """Return the settings with other sections."""
    return Settings.model_validate(settings.model_dump() | sections)


async def test_a_source_nobody_can_listen_to_yet_is_said(environ: dict[str, str]) -> None:
    """With the platforms that can be."""
    settings = changed(load(EXAMPLE, environ), sources=[{"id": "feed", "platform": "mastodon"}])
    root = Bootstrap(settings, Metrics(CollectorRegistry()))
    with pytest.raises(Misconfigured, match=r"source feed: .* practice and file"):
        root.listeners()


async def test_what_is_not_configured_is_not_built(environ: dict[str, str]) -> None:
    """No channel without a server, no platform without access."""
    settings = changed(load(EXAMPLE, environ), alerting={}, platforms={}, sources=[], watches=[])
    root = Bootstrap(settings, Metrics(CollectorRegistry()))
    async with AsyncExitStack() as closing:
        assert notifiers(settings, root.metrics, closing) == {}
    assert root.platforms() == {}
    assert root.listeners() == []


async def test_a_drill_runs_on_the_scaled_clock(environ: dict[str, str]) -> None:
    """Speed and origin come from the settings, so that every process agrees."""
    clock = {"speed": 60.0, "origin": "2026-03-02T08:00:00Z"}
    root = Bootstrap(changed(load(EXAMPLE, environ), clock=clock), Metrics(CollectorRegistry()))
    assert isinstance(root.clock, ScaledClock)
    assert root.clock.speed == 60.0
