"""A whole installation on one machine: servers around it, its own processes, its settings file.

The demo, the acceptance tests and the bench all play on it, so what is measured is what is shown.
"""

import copy
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import yaml

from vigie.clock import SystemClock
from vigie.demo.mail_catcher import MailCatcher
from vigie.demo.platform import build_app as build_platform
from vigie.demo.sms.app import build_app as build_gateway
from vigie.errors import Transient
from vigie.ports import Clock
from vigie.telemetry.scrape import samples
from vigie.testing.http_server import running
from vigie.testing.ports import free_ports

ROLES = ("classify", "detect", "moderate", "alert", "record")
"""In the order of the flow, which is also the order of their metrics ports."""

WORKER = "worker"
LAG = "vigie_consumer_lag_records"

PLATFORM_TOKEN = "practice-token"  # noqa: S105 - protects a platform without a public
SMS_ACCOUNT = "AC00000000000000000000000000000000"
SMS_TOKEN = "practice-sms-token"  # noqa: S105 - of the catcher


def demo_settings() -> dict[str, Any]:
    """Return the demo's settings as written, without what only a running stage knows."""
    text = files("vigie.demo").joinpath("demo.yaml").read_text(encoding="utf-8")
    settings: dict[str, Any] = yaml.safe_load(text)
    return settings


def merged(settings: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings with the changes laid over them, section by section."""
    result = copy.deepcopy(dict(settings))
    for key, value in changes.items():
        below = result.get(key)
        both = isinstance(value, Mapping) and isinstance(below, Mapping)
        result[key] = merged(below, value) if both else value  # type: ignore[arg-type]
    return result


def wait_until(
    condition: Callable[[], bool], *, what: str, seconds: float, every: float = 0.1
) -> None:
    """Return when the condition holds.

    Raises:
        TimeoutError: it does not within `seconds`; the message says what was waited for.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            message = f"{what}: not within {seconds:g} s"
            raise TimeoutError(message)
        time.sleep(every)


@dataclass
class Stage:
    """Servers, settings and processes of one installation in `folder`.

    `changes` are laid over the demo's settings; they must name the broker under `kafka.bootstrap`.
    """

    folder: Path
    changes: Mapping[str, Any]
    clock: Clock = field(default_factory=SystemClock)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._held = ExitStack()
        platform = build_platform(PLATFORM_TOKEN)
        gateway = build_gateway(SMS_ACCOUNT, SMS_TOKEN, self.clock)
        self.platform = platform.state.platform
        self.gateway = gateway.state.gateway
        self.platform_url = self._held.enter_context(running(platform))
        self.gateway_url = self._held.enter_context(running(gateway))
        self.mail = self._held.enter_context(MailCatcher("127.0.0.1", 0))
        self.metrics_port = free_ports(len(ROLES) + 2)  # the last are of vigie receive and canary
        self.settings_file = self.folder / "vigie.yaml"
        settings = merged(merged(demo_settings(), self._around()), self.changes)
        self.settings = settings
        self.settings_file.write_text(yaml.safe_dump(settings, allow_unicode=True), "utf-8")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop(*self.processes)
        self._held.close()

    def _around(self) -> dict[str, Any]:
        """Return the settings that name the servers and folders of this stage."""
        return {
            "database": {"url": f"sqlite:///{self.folder / 'vigie.db'}"},
            "worker": {"metrics_port": self.metrics_port, "data_dir": str(self.folder)},
            "platforms": {"practice": {"url": self.platform_url, "token": PLATFORM_TOKEN}},
            "alerting": {
                "email": {
                    "host": "127.0.0.1",
                    "port": self.mail.port,
                    "security": "none",
                    "sender": "vigie@sourcebelle.example",
                },
                "sms": {
                    "twilio": {
                        "url": self.gateway_url,
                        "account": SMS_ACCOUNT,
                        "token": SMS_TOKEN,
                        "sender": "+33639980000",
                    },
                },
            },
        }

    def command(self, *words: str) -> list[str]:
        """Return the command line of a `vigie` command on this stage."""
        return [sys.executable, "-m", "vigie", "--config", str(self.settings_file), *words]

    def run(self, *words: str, seconds: float = 60) -> str:
        """Run a command to its end and return what it printed.

        Raises:
            Transient: it failed; the message holds what it said.
        """
        done = subprocess.run(
            self.command(*words), capture_output=True, text=True, timeout=seconds, check=False
        )
        if done.returncode:
            message = f"vigie {' '.join(words)} ended with {done.returncode}: {done.stderr}"
            raise Transient(message)
        return done.stdout

    def start(self, name: str, *words: str) -> None:
        """Start a command as a process of its own, with its log in the folder."""
        with self.log(name).open("ab") as log:
            self.processes[name] = subprocess.Popen(
                self.command(*words), stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )

    def start_roles(self, roles: Sequence[str] = ROLES) -> None:
        """Start a worker that supervises one process per role."""
        self.start(WORKER, "worker", *roles)

    def log(self, name: str) -> Path:
        """Return where a process writes its log."""
        return self.folder / f"{name}.log"

    def metrics_url(self, role: str) -> str:
        """Return the metrics page of a role."""
        return f"http://127.0.0.1:{self.metrics_port + ROLES.index(role)}/metrics"

    def works(self, role: str) -> bool:
        """Say whether a role has been given its partitions, which it tells by their lag."""
        return self.lag(role) < math.inf

    def people(self) -> list[str]:
        """Return the ids of the people who can be told."""
        return [person["id"] for person in self.settings["alerting"]["people"]]

    def role_pid(self, role: str) -> int | None:
        """Return the process that plays the role now, None while its supervisor restarts it."""
        children = _children(self.processes[WORKER].pid)
        return next((pid for pid in children if _last_word(pid) == role), None)

    def kill(self, role: str) -> bool:
        """SIGKILL the process that plays the role; False while its supervisor restarts it."""
        pid = self.role_pid(role)
        if pid is None:
            return False
        os.kill(pid, signal.SIGKILL)
        return True

    def lag(self, role: str) -> float:
        """Return how many records wait for the role; infinitely many while it is not there."""
        try:
            waiting = [s.value for s in samples(self.metrics_url(role)) if s.name == LAG]
        except httpx.HTTPError:
            return math.inf
        return sum(waiting) if waiting else math.inf

    def stop(self, *names: str) -> None:
        """Ask processes to end, and wait until they have."""
        for name in names:
            self.processes[name].terminate()
        for name in names:
            try:
                self.processes[name].wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.processes[name].kill()
                self.processes[name].wait()

    def platform_client(self) -> httpx.AsyncClient:
        """Return a client that may publish on the practice platform; the caller closes it."""
        headers = {"Authorization": f"Bearer {PLATFORM_TOKEN}"}
        return httpx.AsyncClient(base_url=self.platform_url, headers=headers)


def _children(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except FileNotFoundError:
        return []
    return [int(child) for child in text.split()]


def _last_word(pid: int) -> str:
    """Return the last argument of a process: for a role's, the role."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except FileNotFoundError:
        return ""
    return words[-2].decode() if len(words) > 1 else ""
