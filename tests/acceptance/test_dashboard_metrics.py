"""Every query of the board and every alert rule, on a real Prometheus."""

import json
import math
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from prometheus_client import CollectorRegistry, start_http_server

from config.grafana.build import PATH
from vigie.telemetry.metrics import Metrics
from vigie.testing.ports import free_ports

pytestmark = pytest.mark.prometheus

RULES = Path(__file__).parents[2] / "config" / "prometheus"
BOARD: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
QUERIES = [
    pytest.param(target["expr"], id=f"{panel['title']}-{target['refId']}")
    for panel in BOARD["panels"]
    for target in panel.get("targets", ())
    if "expr" in target
]
PATIENCE = 30.0
"""Seconds for Prometheus to start and to scrape a few times."""


@dataclass(frozen=True)
class Target:
    """A /metrics endpoint and something that makes its counters and histograms grow."""

    address: str
    exercise: Callable[[], None]


def exercise(metrics: Metrics) -> None:
    """Touch every metric as one crisis would."""
    metrics.posts.labels("comment", "practice-page", "created").inc()
    metrics.assessed.inc()
    metrics.unmatched.inc()
    metrics.dead_letters.labels("vigie.comments").inc()
    metrics.decisions.labels("propose", "shadow_mode").inc()
    metrics.incidents.labels("eau", "opened").inc()
    metrics.signals.labels("eau", "volume").inc()
    metrics.notifications.labels("sms", "accepted").inc()
    metrics.count_failover("twilio")
    metrics.received.labels("link", "taken").inc()
    metrics.canary_told.labels("sms", "accepted").inc()
    metrics.canary_seen.set_to_current_time()
    metrics.actions.labels("proposed").inc()
    metrics.errors.labels("classify", "transient").inc()
    metrics.batch.observe(12)
    metrics.count_lookups(hits=3, misses=9)
    for histogram in (
        metrics.classification,
        metrics.decision,
        metrics.alert,
        metrics.canary_delay,
    ):
        histogram.observe(0.2)
    for gauge in (metrics.level, metrics.level_since, metrics.window_expected):
        gauge.labels("eau").set(2)
    for gauge in (metrics.window_posts, metrics.window_negatives, metrics.window_toxic):
        gauge.labels("eau").set(30)
    metrics.outbox.set(1)
    metrics.fuse.set(59)
    metrics.last_post.labels("practice-page").set_to_current_time()
    metrics.lag.labels("vigie.comments", "0").set(3)


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    """Serve the whole catalogue; real workers may stand here instead."""
    metrics = Metrics(CollectorRegistry())
    server, thread = start_http_server(0, "127.0.0.1", metrics.registry)
    yield Target(f"127.0.0.1:{server.server_port}", lambda: exercise(metrics))
    server.shutdown()
    server.server_close()
    thread.join()


def _configuration(folder: Path, address: str) -> Path:
    """Write our own configuration with the target in place of the compose file's services."""
    shutil.copy(RULES / "rules.yml", folder)
    config = yaml.safe_load((RULES / "prometheus.yml").read_text(encoding="utf-8"))
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    groups = [{"targets": [address], "labels": {"role": "classify"}}]
    config["scrape_configs"][0]["static_configs"] = groups
    path = folder / "prometheus.yml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return path


def _ask(client: httpx.Client, expression: str) -> list[tuple[dict[str, str], float]]:
    """Return the labels and value of each series now."""
    answer = client.post("/api/v1/query", data={"query": expression}).raise_for_status().json()
    assert answer["status"] == "success", answer
    return [(row["metric"], float(row["value"][1])) for row in answer["data"]["result"]]


def _wait_for_scrapes(client: httpx.Client, count: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            if any(value >= count for _, value in _ask(client, "count_over_time(up[5m])")):
                return
        except httpx.HTTPError:
            pass  # not listening, or still loading what it keeps
        time.sleep(0.2)
    pytest.fail(f"Prometheus has not scraped {count} times in {PATIENCE} s")


@pytest.fixture(scope="module")
def prometheus(target: Target, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Start Prometheus on our rules and let it see the target before and after a crisis."""
    folder = tmp_path_factory.mktemp("prometheus")
    address = f"127.0.0.1:{free_ports(1)}"
    target.exercise()
    command = [
        "prometheus",
        f"--config.file={_configuration(folder, target.address)}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={address}",
        "--log.level=error",
    ]
    with subprocess.Popen(command) as process, httpx.Client(base_url=f"http://{address}") as client:
        try:
            _wait_for_scrapes(client, 2)
            target.exercise()
            _wait_for_scrapes(client, 5)
            yield client
        finally:
            process.terminate()


@pytest.mark.parametrize("expression", QUERIES)
def test_a_panel_has_an_answer(prometheus: httpx.Client, expression: str) -> None:
    """With every metric exercised, no query fails, finds nothing or divides by nothing."""
    for variable, value in {"$veille": ".*", "$__rate_interval": "1m", "$__range": "6h"}.items():
        expression = expression.replace(variable, value)
    answer = _ask(prometheus, expression)
    assert answer
    assert not any(math.isnan(value) for _, value in answer)


def test_rules_are_loaded_and_evaluated_without_error(prometheus: httpx.Client) -> None:
    """The fresh dead letter fires at once; nothing else does on a target that is well."""
    groups = prometheus.get("/api/v1/rules").json()["data"]["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert {rule["health"] for rule in rules} == {"ok"}
    firing = {labels["alertname"] for labels, _ in _ask(prometheus, 'ALERTS{alertstate="firing"}')}
    assert firing == {"VigieDeadLetters"}


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("promtool", "check", "config", "prometheus.yml"), id="configuration"),
        pytest.param(("promtool", "check", "rules", "rules.yml"), id="rules"),
        pytest.param(("promtool", "test", "rules", "rules_test.yml"), id="rule tests"),
        pytest.param(("amtool", "check-config", "alertmanager.yml"), id="alertmanager"),
    ],
)
def test_the_checkers_are_content(arguments: tuple[str, ...]) -> None:
    """Those of Prometheus and Alertmanager accept the files, and the rules' unit tests pass."""
    run = subprocess.run(
        arguments,
        cwd=RULES,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_rule_has_its_unit_test() -> None:
    """A rule nobody has seen fire is a hope."""
    rules = yaml.safe_load((RULES / "rules.yml").read_text(encoding="utf-8"))
    cases = yaml.safe_load((RULES / "rules_test.yml").read_text(encoding="utf-8"))["tests"]
    named = {rule["alert"] for group in rules["groups"] for rule in group["rules"]}
    fired = {
        check["alertname"]
        for case in cases
        for check in case["alert_rule_test"]
        if check["exp_alerts"]
    }
    assert fired == named
