"""What a test needs from its machine, said by markers: skipped where absent, required in CI."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from vigie.testing.postgres_server import PostgresServer

REQUIRE_ALL = os.environ.get("VIGIE_TEST_REQUIRE") == "all"
SHARED = Path(os.environ.get("VIGIE_SHARED", "../shared"))

# How long an example takes says how busy the machine is, and nothing of the code. The same examples
# each time: a run must not fail by luck. New ones are looked for by `--hypothesis-profile=search`.
settings.register_profile("vigie", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2_000)
settings.load_profile("vigie")


@dataclass(frozen=True)
class Need:
    """Something outside the project, whether it is there, and how to get it."""

    present: bool
    advice: str


def _programs(*names: str) -> bool:
    return all(map(shutil.which, names))


NEEDS = {
    "kafka": Need(_programs("java", "mvn"), "install Java 17 and Maven"),
    "postgres": Need(any(Path("/usr/lib/postgresql").glob("*/bin/initdb")), "install postgresql"),
    "prometheus": Need(
        _programs("prometheus", "promtool", "amtool"),
        "install prometheus and prometheus-alertmanager",
    ),
    "chromium": Need(_programs("chromium"), "install chromium"),
    "prism": Need(
        (Path(__file__).parent / "prism/node_modules/.bin/prism").exists(), "run `make test`"
    ),
    "shared": Need(
        (SHARED / "data").is_dir(), "set VIGIE_SHARED to the folder with the shared data"
    ),
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what this machine cannot run, and say what would change that."""
    for name, need in NEEDS.items():
        if item.get_closest_marker(name) and not need.present:
            pytest.skip(f"needs {name}: {need.advice}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Iterator[None]:
    """Under VIGIE_TEST_REQUIRE=all nothing may be skipped, for whatever reason."""
    report = yield
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped and VIGIE_TEST_REQUIRE=all: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of shared data, read only."""
    return SHARED.resolve()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Give a private server; a test that stops it starts it again."""
    with PostgresServer() as server:
        yield server
