"""`make demo` as a newcomer runs it."""

import subprocess
import sys
from pathlib import Path

import pytest

from vigie.demo.script import entries

ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(240)
def test_the_demo_meets_its_expectations(tmp_path: Path) -> None:
    """It ends by itself with 0, and shows the level, the messages and the figures."""
    done = subprocess.run(
        [sys.executable, "-m", "vigie", "demo"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "COLUMNS": "120", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for shown in (
        "ROUGE",
        "SMS to",
        "E-mail to",
        "hidden practice:",
        "RESOLU #",
        "criticism hidden",
    ):
        assert shown in done.stdout
    assert f"{len(entries())}/{len(entries())}" in done.stdout
