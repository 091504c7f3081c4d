"""The supervisor: a child that dies comes back, and all end together."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from streams.roles import Role

SUPERVISE = """
import logging, sys
from streams.roles import Role
from streams.supervisor import supervise
logging.basicConfig(level=logging.INFO)
child = [sys.executable, "-c", sys.argv[1], sys.argv[2]]
sys.exit(supervise([Role.ALERT, Role.RECORD], lambda role: [*child, role]))
"""
CHILD = """
import os, pathlib, signal, sys, time
folder, role = pathlib.Path(sys.argv[1]), sys.argv[2]
signal.signal(signal.SIGTERM, lambda *_: ((folder / f"{role}.ended").touch(), sys.exit(0)))
(folder / f"{role}.{os.getpid()}").touch()
time.sleep(60)
"""


def pids(folder: Path, role: Role) -> list[int]:
    """Return the processes that have played the role so far."""
    found = (path.suffix[1:] for path in folder.glob(f"{role}.*"))
    return sorted(int(pid) for pid in found if pid.isdigit())


def wait_for(folder: Path, role: Role, count: int) -> list[int]:
    """Wait until so many processes have played the role."""
    deadline = time.monotonic() + 20
    while len(found := pids(folder, role)) < count:
        assert time.monotonic() < deadline, "no child came"
        time.sleep(0.02)
    return found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_child_that_is_killed_comes_back_and_all_end_with_the_supervisor(
    tmp_path: Path, number: signal.Signals
) -> None:
    """The other child is not disturbed; each is told to end, and the exit code is 0."""
    parent = subprocess.Popen([sys.executable, "-c", SUPERVISE, CHILD, str(tmp_path)])
    try:
        (first,) = wait_for(tmp_path, Role.ALERT, 1)
        wait_for(tmp_path, Role.RECORD, 1)
        subprocess.run(["kill", "-9", str(first)], check=True)  # noqa: S607 - any kill will do
        wait_for(tmp_path, Role.ALERT, 2)
        parent.send_signal(number)
        assert parent.wait(20) == 0
    finally:
        parent.kill()
    assert len(pids(tmp_path, Role.RECORD)) == 1
    assert {path.name for path in tmp_path.glob("*.ended")} == {"alert.ended", "record.ended"}


def test_a_child_that_always_fails_is_started_ever_more_slowly(tmp_path: Path) -> None:
    """Half a second, then one: a broken configuration burns no processor."""
    failing = CHILD.replace("time.sleep(60)", "sys.exit(3)")
    parent = subprocess.Popen(
        [sys.executable, "-c", SUPERVISE, failing, str(tmp_path)],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_for(tmp_path, Role.ALERT, 2)
        parent.send_signal(signal.SIGTERM)
        _, said = parent.communicate(timeout=20)
    finally:
        parent.kill()
    assert parent.returncode == 0
    assert "died role=alert code=3 pause=0.5s" in said
