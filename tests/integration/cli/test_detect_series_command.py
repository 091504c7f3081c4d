"""`vigie detect-series` on files as people write them, and on real counts."""

import csv
import io
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from vigie.cli import app
from vigie.errors import Misconfigured

RUNNER = CliRunner()
START = datetime(2026, 3, 2)  # noqa: DTZ001 - as files have it


def write(path: Path, counts: list[float]) -> Path:
    """Write a row per hour."""
    lines = (f"{START + timedelta(hours=n)},{count:g}\n" for n, count in enumerate(counts))
    path.write_text("timestamp,value\n" + "".join(lines), "utf-8")
    return path


def scored(file: Path | str) -> list[dict[str, str]]:
    """Return the rows that the command writes."""
    shown = RUNNER.invoke(app, ["detect-series", str(file)])
    assert shown.exit_code == 0, shown.output
    return list(csv.DictReader(io.StringIO(shown.stdout)))


def test_every_row_comes_back_in_order_with_its_score(tmp_path: Path) -> None:
    """As it was written, and the burst stands out."""
    found = scored(write(tmp_path / "in.csv", [10.0] * 200 + [300.0] + [10.0] * 9))
    assert [row["value"] for row in found] == ["10"] * 200 + ["300"] + ["10"] * 9
    assert found[3]["timestamp"] == "2026-03-02 03:00:00"
    assert [n for n, row in enumerate(found) if float(row["anomaly_score"]) >= 0.5] == [200]


def test_columns_may_stand_in_any_order_beside_others(tmp_path: Path) -> None:
    """As a spreadsheet exports them: a byte order mark, Windows line ends, quotes, an offset."""
    file = tmp_path / "in.csv"
    rows = "".join(f'a,{n},"2026-03-02T{n:02}:00:00+01:00"\r\n' for n in range(24))
    file.write_bytes(b"\xef\xbb\xbfname,Value,Timestamp\r\n" + rows.encode())
    found = scored(file)
    assert found[5] == {
        "timestamp": "2026-03-02T05:00:00+01:00",
        "value": "5",
        "anomaly_score": "0.000000",
    }


def test_the_hour_that_comes_twice_in_autumn_is_no_mistake(tmp_path: Path) -> None:
    """Where the clock on the wall was written, it goes back by less than an hour, once."""
    file = tmp_path / "in.csv"
    times = ["01:30", "02:00", "02:30", "02:00", "02:30", "03:00"]
    rows = "".join(f"2026-10-25T{time}:00,5\n" for time in times)
    file.write_text("timestamp,value\n" + rows + "   \n,\n", "utf-8")
    assert [row["timestamp"][11:16] for row in scored(file)] == times


def test_counts_come_through_a_pipe(tmp_path: Path) -> None:
    """A real one: what is read is answered in a process of its own, and summed up."""
    file = write(tmp_path / "in.csv", [10.0] * 50)
    command = [sys.executable, "-m", "vigie", "detect-series", "-"]
    with file.open("rb") as stream:
        done = subprocess.run(command, stdin=stream, capture_output=True, check=True, text=True)
    assert done.stdout.count("\n") == 51
    assert done.stderr.strip() == "50 rows, 0 alarms (anomaly_score >= 0.5)"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "line 1 must name the column timestamp once: begin the file with timestamp,value"),
        (b"timestamp,count\n", "line 1 must name the column value once"),
        (b"timestamp,value\n", "line 2 is missing: write at least one row below the header"),
        (b"timestamp,value\nyesterday,1\n", "line 2 has a timestamp that is not ISO 8601"),
        (b"timestamp,value\n2026-03-02,\n", "line 2 has a value that is no count"),
        (b"timestamp,value\n2026-03-02,-1\n", "line 2 has a value that is no count"),
        (b"timestamp,value\n2026-03-02,nan\n", "line 2 has a value that is no count"),
        (b"timestamp,value\n2026-03-02,1.7e308\n", "line 2 has a value that is no count"),
        (b"timestamp,value\n2026-03-02,inf\n", "line 2 has a value that is no count"),
        (b"timestamp,value\n2026-03-02\n", "line 2 has too few columns"),
        (b"timestamp,value\n2026-03-02,1\n2026-03-01,1\n", "line 3 goes back in time"),
        (
            b"timestamp,value\n2026-03-02T02:30:00Z,1\n2026-03-02T02:00:00Z,1\n",
            "line 3 goes back in time",
        ),
        (b"timestamp,value\n\xe9t\xe9,1\n", "is not UTF-8: save the file as UTF-8"),
        (b"timestamp,value\n" + b"9" * 200_000 + b",1\n", "is no CSV"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(tmp_path: Path, content: bytes, sentence: str) -> None:
    """With what to do about it."""
    file = tmp_path / "in.csv"
    file.write_bytes(content)
    refused = RUNNER.invoke(app, ["detect-series", str(file)])
    assert isinstance(refused.exception, Misconfigured)
    assert sentence in str(refused.exception)


@pytest.mark.shared
def test_real_counts_are_scored_fast_and_their_bursts_found(shared: Path) -> None:
    """Two months of five-minute counts: few alarms, and some in the windows that people marked."""
    file = shared / "data" / "nab_tweets" / "Twitter_volume_AMZN.csv"
    found = scored(file)
    alarms = [row["timestamp"] for row in found if float(row["anomaly_score"]) >= 0.5]
    assert len(found) == 15_831
    assert len(alarms) < 20
    assert any("2015-03-05 03:22:53" <= alarm <= "2015-03-06 12:12:53" for alarm in alarms)
