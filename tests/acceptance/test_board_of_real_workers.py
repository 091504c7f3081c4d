"""The board's PromQL on a real Prometheus that scrapes real processes through a small crisis."""

import json
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

import httpx
import pytest
import yaml
from kafka import KafkaProducer  # type: ignore[import-untyped]

from config.grafana.build import PATH
from config.settings import Kafka
from vigie import topics
from vigie.demo.stage import ROLES, Stage, wait_until
from vigie.intake import Line, format_line
from vigie.kafka.connection import client_arguments
from vigie.testing.kafka_server import KafkaServer
from vigie.testing.ports import free_ports

pytestmark = [pytest.mark.kafka, pytest.mark.prometheus]

QUERIES = {
    f"{panel['title']} {target['refId']}": target["expr"]
    for panel in json.loads(PATH.read_text(encoding="utf-8"))["panels"]
    for target in panel.get("targets", ())
    if "expr" in target
}
VARIABLES = {"$veille": ".*", "$__rate_interval": "1m", "$__range": "6h"}
NOT_IN_THE_FIRST_HOUR = "vigie_watch_window_expected_posts"
"""What is normal is unknown until an hour was learned: its curve begins later."""
CRISIS = {"posts": 5, "negatives": 5}
TEXTS = 12 * ("Quelle honte, où est passé notre argent, voleurs, n° {} ?",) + 3 * (
    "You are a fucking piece of shit, asshole {}",
)
JOBS = (*ROLES, "receive", "canary")
"""What is scraped, in the order of the metrics ports."""
READY_WITHIN_S = 60
SEEN_WITHIN_S = 60


def lines(first: int) -> bytes:
    """Return comments of a small crisis, and a mention that no watch wants."""
    now = datetime.now(UTC)
    comments = [
        Line(
            id=f"n{first + number}",
            platform="practice",
            source="practice-page",
            kind="comment" if number else "mention",
            conversation="pub",
            author=f"author-{number}",
            published=now,
            text=text.format(first + number) if number else "Il pleut.",
            language="en" if "fucking" in text else "fr",
            capabilities=("hide",),
        )
        for number, text in enumerate(("", *TEXTS))
    ]
    return b"".join(format_line(line) + b"\n" for line in comments)


@pytest.fixture(scope="module")
def stage(kafka: KafkaServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Return an installation at work, whose watch wants comments only by their words."""
    watch = {
        "id": "eau",
        "name": "Eau",
        "match": [{"words": ["argent", "asshole"]}],
        "levels": {level: [CRISIS] for level in ("jaune", "orange", "rouge")},
        "recipients": ["astreinte"],
    }
    changes = {
        "kafka": {"bootstrap": kafka.bootstrap, "embedded": False, "topic_prefix": "board."},
        "watches": [watch],
        "detection": {"tick": "1s", "behind": "5m"},
        "alerting": {
            "receive": {"url": f"http://127.0.0.1:{free_ports(1)}", "key": 32 * "k"},
            "canary": {"tells": ["astreinte"], "interval": "2s"},
        },
    }
    with Stage(tmp_path_factory.mktemp("board"), changes) as stage:
        stage.run("db", "upgrade")
        stage.run("topics", "create")
        stage.run("alert", "test", "astreinte")
        stage.start_roles()
        stage.start("receive", "receive", "--port", str(httpx.URL(receive_url(stage)).port))
        stage.start("canary", "canary")
        for role in ROLES:
            wait_until(partial(stage.works, role), what=f"{role} ready", seconds=READY_WITHIN_S)
        wait_until(partial(healthy, stage), what="receive ready", seconds=READY_WITHIN_S)
        yield stage


def receive_url(stage: Stage) -> str:
    """Return where answers come in from outside."""
    url: str = stage.settings["alerting"]["receive"]["url"]
    return url


def healthy(stage: Stage) -> bool:
    """Say whether answers can come in."""
    try:
        return httpx.get(f"{receive_url(stage)}/health").is_success
    except httpx.TransportError:
        return False


@pytest.fixture(scope="module")
def prometheus(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Start Prometheus on the five workers and on what takes answers in."""
    folder = tmp_path_factory.mktemp("prometheus")
    jobs = [
        {"targets": [f"127.0.0.1:{stage.metrics_port + n}"], "labels": {"role": role}}
        for n, role in enumerate(JOBS)
    ]
    config = {
        "global": {"scrape_interval": "1s"},
        "scrape_configs": [{"job_name": "vigie", "static_configs": jobs}],
    }
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    port = free_ports(1)
    command = [
        "prometheus",
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=error",
    ]
    url = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command) as process, httpx.Client(base_url=url) as client:
        try:
            wait_until(partial(scraped, client), what="first scrapes", seconds=SEEN_WITHIN_S)
            yield client
        finally:
            process.terminate()


def ask(client: httpx.Client, expression: str) -> list[object]:
    """Return the series that Prometheus has for the expression; a wrong one fails the test."""
    for variable, value in VARIABLES.items():
        expression = expression.replace(variable, value)
    answer = client.post("/api/v1/query", data={"query": expression}).json()
    assert answer["status"] == "success", (expression, answer)
    found: list[object] = answer["data"]["result"]
    return found


def scraped(client: httpx.Client) -> bool:
    """Say whether Prometheus is up and has scraped every process twice."""
    try:
        ready = client.get("/-/ready").is_success
    except httpx.TransportError:
        return False
    return ready and len(ask(client, "count_over_time(up[1m]) >= 2")) == len(JOBS)


def feed(stage: Stage, first: int) -> None:
    """Send a small crisis, an unreadable record and a forged link through the processes."""
    data = lines(first)
    stage.platform.post([json.loads(line) for line in data.splitlines()])
    file = stage.folder / f"crisis-{first}.jsonl"
    file.write_bytes(data)
    stage.run("ingest", str(file))
    kafka = Kafka(bootstrap=stage.settings["kafka"]["bootstrap"])
    producer = KafkaProducer(**client_arguments(kafka))
    producer.send(f"board.{topics.COMMENTS}", value=b"not json", key=b"key")
    producer.flush()
    producer.close()
    httpx.post(f"{receive_url(stage)}/a/forged", data={"answer": "acknowledge"})


def test_every_panel_has_an_answer_from_real_workers(
    stage: Stage, prometheus: httpx.Client
) -> None:
    """No query fails, and after a crisis none comes back empty."""
    feed(stage, 100)
    time.sleep(3)  # a counter must have been seen before it can be seen to grow
    feed(stage, 200)

    def empty() -> list[str]:
        answers = {title: ask(prometheus, expression) for title, expression in QUERIES.items()}
        return [
            title
            for title, answer in answers.items()
            if not answer and NOT_IN_THE_FIRST_HOUR not in QUERIES[title]
        ]

    try:
        wait_until(lambda: not empty(), what="answers", seconds=SEEN_WITHIN_S, every=1)
    except TimeoutError:
        pytest.fail(f"without an answer: {empty()}")
