"""The compose file: valid, complete, and about commands, settings and ports that exist."""

import importlib.metadata
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer.main
import yaml
from typer.core import TyperGroup

from config.load import load
from config.settings import Settings
from streams.roles import Role
from vigie.cli import app

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ROLES = tuple(role.value for role in Role)
OURS = [name for name, service in SERVICES.items() if service["image"].startswith("vigie:")]
PLACEHOLDER = re.compile(r"\$\{([A-Z_]+)(?P<modifier>:[-?][^}]*)?\}")


def example_environment() -> dict[str, str]:
    """Return what .env.example sets."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("=")[::2] for line in lines if line and not line.startswith("#"))
    return dict(pairs)


def filled_in() -> dict[str, str]:
    """Return the same with every empty variable given a value."""
    return {name: value or f"filled-{name}" for name, value in example_environment().items()}


def substituted(text: str, variables: dict[str, str]) -> str:
    """Replace ${NAME}, ${NAME:-default} and ${NAME:?message} as compose does."""
    return PLACEHOLDER.sub(lambda match: variables.get(match[1], ""), text)


def test_it_follows_the_compose_specification() -> None:
    """The specification's own JSON schema accepts the file."""
    package = importlib.metadata.distribution("check-jsonschema")
    path = package.locate_file("check_jsonschema/builtin_schemas/vendor/compose-spec.json")
    schema = json.loads(Path(str(path)).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(COMPOSE)


def test_every_variable_is_in_the_example_and_the_other_way_round() -> None:
    """Whoever fills in .env.example has set everything, and nothing for nothing."""
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    used = {match[1] for match in PLACEHOLDER.finditer(text.replace("${NAME}", ""))}
    assert used == set(example_environment()) - {"COMPOSE_PROFILES"}


def test_no_password_has_a_default() -> None:
    """Passwords are empty in the example and compose refuses to start with an empty one."""
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    for name, value in example_environment().items():
        if name.endswith(("PASSWORD", "KEY", "TOKEN")):
            assert value == ""
        if name.endswith(("PASSWORD", "KEY")):
            modifiers = {m["modifier"] for m in PLACEHOLDER.finditer(text) if m[1] == name}
            assert modifiers == {":?fill in .env"}, name


@pytest.mark.parametrize("name", SERVICES)
def test_every_mounted_path_exists_and_is_read_only(name: str) -> None:
    """What is mounted from the repository is there and cannot be changed from inside."""
    for volume in SERVICES[name].get("volumes", ()):
        source, target, *mode = substituted(volume, example_environment()).split(":")
        if source.startswith("."):
            assert (ROOT / source).exists(), volume
            assert mode == ["ro"], volume
        else:
            assert source in COMPOSE["volumes"], volume
        assert target.startswith("/")


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_pinned_bounded_and_restarts(name: str) -> None:
    """A tag with a version, a memory limit and a word on what happens when it dies."""
    service = SERVICES[name]
    assert re.search(r":v?\d+\.\d+", service["image"])
    assert "mem_limit" in service
    assert service["restart"] in {"unless-stopped", "no"}


def test_the_limits_fit_on_a_server_of_four_gigabytes() -> None:
    """What runs all the time, the practice servers aside, may take 4 GB together."""
    size = {"m": 1, "g": 1024}
    lasting = (s for s in SERVICES.values() if s["restart"] != "no" and "profiles" not in s)
    limits = (service["mem_limit"] for service in lasting)
    assert sum(int(limit[:-1]) * size[limit[-1]] for limit in limits) <= 4096


def test_whatever_is_waited_for_can_be_waited_for() -> None:
    """A service waited for as healthy has a healthcheck; one waited for as done runs once."""
    for service in SERVICES.values():
        for other, wait in service.get("depends_on", {}).items():
            if wait["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[other]
            else:
                assert SERVICES[other]["restart"] == "no"


@pytest.fixture
def settings() -> Settings:
    """Return what a worker in a container is set to, after .env.example was filled in."""
    variables = filled_in()
    written = SERVICES["classify"]["environment"]
    inside = {name: substituted(str(value), variables) for name, value in written.items()}
    return load(ROOT / variables["VIGIE_CONFIG_FILE"], inside)


def test_every_overriding_variable_names_a_setting(settings: Settings) -> None:
    """The example with the container's environment loads, and the overrides arrive."""
    assert settings.kafka.bootstrap == "kafka:9092"
    assert settings.database.url.get_secret_value() == (
        "postgresql+psycopg://vigie:filled-POSTGRES_PASSWORD@postgres:5432/vigie"
    )


def test_the_practice_servers_stand_where_the_workers_look(settings: Settings) -> None:
    """Hosts and ports of the profile `demo` are the ones in the workers' settings."""
    assert settings.platforms.practice is not None
    assert settings.alerting.email is not None
    assert settings.alerting.sms is not None
    assert settings.alerting.sms.twilio is not None
    looked_for = {
        "platform": settings.platforms.practice.url,
        "mail": f"http://{settings.alerting.email.host}:{settings.alerting.email.port}",
        "sms": settings.alerting.sms.twilio.url,
    }
    for name, url in looked_for.items():
        command = SERVICES[name]["command"]
        assert url == f"http://{name}:{command[command.index('--port') + 1]}"
        assert SERVICES[name]["profiles"] == ["demo"]


def test_one_service_per_role_with_its_own_metrics_port(settings: Settings) -> None:
    """Healthcheck and Prometheus look at the port that the role listens on."""
    prometheus = yaml.safe_load(
        (ROOT / "config" / "prometheus" / "prometheus.yml").read_text(encoding="utf-8")
    )
    targets = {
        group["labels"]["role"]: group["targets"]
        for job in prometheus["scrape_configs"]
        for group in job["static_configs"]
    }
    assert tuple(targets) == (*ROLES, "receive", "canary")
    port = settings.worker.metrics_port + len(ROLES)
    assert targets["receive"] == [f"receive:{port}"]
    assert targets["canary"] == [f"canary:{port + 1}"]
    for index, role in enumerate(ROLES):
        port = settings.worker.metrics_port + index
        assert SERVICES[role]["command"] == ["vigie", "worker", role]
        assert targets[role] == [f"{role}:{port}"]
        assert f"http://localhost:{port}/metrics" in SERVICES[role]["healthcheck"]["test"][-1]
    assert settings.worker.metrics_host == "0.0.0.0"  # noqa: S104 - inside a container


def parse(arguments: list[str]) -> None:
    """Parse the arguments as `vigie` would and raise as it would; nothing is run."""
    command: Any = typer.main.get_command(app)
    while isinstance(command, TyperGroup):
        name, *arguments = arguments
        command = command.commands[name]
    command.make_context(name, arguments).close()


@pytest.mark.parametrize("name", OURS)
def test_every_command_is_one_of_ours(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line parses with the service's environment, options and arguments included."""
    for variable, value in SERVICES[name]["environment"].items():
        monkeypatch.setenv(variable, substituted(str(value), filled_in()))
    program, *arguments = (str(word) for word in SERVICES[name]["command"])
    assert program == "vigie"
    parse(arguments)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["topics", "destroy"], "destroy"),
        (["worker", "dream"], "'dream' is not one of 'classify'"),
        (["practice", "mail", "--colour", "red"], "No such option: --colour"),
    ],
)
def test_a_command_that_does_not_exist_would_be_noticed(wrong: list[str], said: str) -> None:
    """The check above can fail by name, by argument and by option."""
    with pytest.raises(Exception, match=said):
        parse(wrong)


def test_the_image_copies_what_exists_and_needs() -> None:
    """Every import package is copied, and .dockerignore lets it through."""
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copies = [
        line.split()[1:-1] for line in lines if line.startswith("COPY") and "--from" not in line
    ]
    copied = {source for sources in copies for source in sources}
    allowed = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {"alerting", "classifiers", "config", "streams", "vigie"} <= copied
    for source in copied:
        assert (ROOT / source).exists()
        assert f"!{source}" in allowed
