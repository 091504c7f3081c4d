"""A recorded crisis becomes lines that intake reads."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from vigie.domain.post import Kind, Platform
from vigie.errors import Misconfigured
from vigie.intake import format_line, parse_line
from vigie.replay.crisislex import read_collection

TIMES = """Timestamp, Tweet-ID, Included(Y/N)
"Sat Jul 06 09:00:00 +0000 2013","12",Y
"Sat Jul 06 07:17:37 +0000 2013","11",Y
"""
TEXTS = """Tweet ID, Tweet Text, Information Source, Information Type, Informativeness
"12","deuxième &amp; dernier
sur deux lignes",Media,Other,Related
"11","premier, ""entre guillemets"" ici",Media,Other,Related
"13","sans heure",Media,Other,Related
"""


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    """A collection of three tweets, one without a time."""
    (tmp_path / "c-tweetids_entire_period.csv").write_text(TIMES, encoding="utf-8")
    (tmp_path / "c-tweets_labeled.csv").write_text(TEXTS, encoding="utf-8")
    return tmp_path


def test_texts_and_times_are_joined_and_sorted(collection: Path) -> None:
    """What has no time is left out and counted."""
    recording = read_collection(collection)
    first, second = recording.lines
    assert (first.id, first.text, first.kind, first.platform) == (
        "11",
        'premier, "entre guillemets" ici',
        Kind.MENTION,
        Platform.X,
    )
    assert first.published == datetime(2013, 7, 6, 7, 17, 37, tzinfo=UTC)
    assert first.language is None
    assert second.text == "deuxième & dernier\nsur deux lignes"
    assert first.author != second.author
    assert recording.without_time == 1
    assert [parse_line(format_line(line)) for line in recording.lines] == [first, second]


def test_a_folder_without_a_collection_is_a_sentence(tmp_path: Path) -> None:
    """It names what is missing."""
    with pytest.raises(Misconfigured, match=r"tweetids_\*\.csv"):
        read_collection(tmp_path)


def test_the_command_writes_lines_and_reports_on_the_side(collection: Path) -> None:
    """Standard output can go straight to a file, in any locale."""
    done = subprocess.run(
        [sys.executable, "-m", "vigie.replay.crisislex", str(collection)],
        capture_output=True,
        check=True,
        env={**os.environ, "LC_ALL": "C"},
    )
    assert [parse_line(line).id for line in done.stdout.splitlines()] == ["11", "12"]
    assert done.stderr == b"2 tweets written, 1 left out for want of a time\n"


@pytest.mark.shared
def test_lac_megantic_is_whole(shared: Path) -> None:
    """The thousand labelled tweets of July 2013, every one with its time."""
    folder = shared / "data" / "streams" / "crisislex_lac_megantic_fr_en"
    recording = read_collection(folder)
    assert (len(recording.lines), recording.without_time) == (1000, 0)
    assert {line.published.year for line in recording.lines} == {2013}
    assert all(parse_line(format_line(line)) == line for line in recording.lines)
