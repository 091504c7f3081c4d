"""Log lines: one per event, UTC, without what nobody asked for."""

import logging
from collections.abc import Iterator

import pytest

from vigie.telemetry.logging import OneLine, Repeats, configure_logging

MONDAY = 1772438400.25  # 2026-03-02T08:00:00.250Z


def a_record(
    message: str = "incident=eau-1 change=opened",
    *,
    name: str = "vigie.pipeline",
    level: int = logging.INFO,
    line: int = 1,
    after: float = 0.0,
) -> logging.LogRecord:
    """Return a record logged some seconds after Monday morning."""
    record = logging.LogRecord(name, level, "client.py", line, message, (), None)
    record.created = MONDAY + after
    return record


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """Give the root logger back as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield root
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)


def test_a_line_carries_time_level_role_logger_and_message() -> None:
    """The line reads as key=value from left to right."""
    assert OneLine("detect").format(a_record()) == (
        "time=2026-03-02T08:00:00.250Z level=info role=detect logger=vigie.pipeline"
        " incident=eau-1 change=opened"
    )


def test_extra_attributes_are_not_written() -> None:
    """A post's text that somebody attaches to a record goes nowhere."""
    record = a_record()
    record.text = "Bonjour à toute l'équipe"
    assert "Bonjour" not in OneLine("classify").format(record)


def test_a_message_stays_on_one_line() -> None:
    """A line break cannot forge a second event."""
    line = OneLine("classify").format(a_record("id=1\r\ntime=forged"))
    assert line.splitlines() == [line]
    assert line.endswith("id=1\\r\\ntime=forged")


def test_an_exception_shows_its_type_and_frames_but_not_its_words() -> None:
    """The words may quote a post; where it happened is what the developer needs."""
    record = a_record()
    try:
        int("Bonjour")
    except ValueError as error:
        record.exc_info = (type(error), error, error.__traceback__)
    line = OneLine("classify").format(record)
    assert "exception=ValueError traceback=  File" in line
    assert "invalid literal" not in line
    assert line.splitlines() == [line]


def test_a_lost_broker_is_told_once_in_ten_seconds_with_a_count() -> None:
    """A thousand errors become two lines; the second says what was left out."""
    repeats = Repeats()
    storm = [
        a_record(f"Unable to connect, try {i}", name="aiokafka.conn", level=logging.ERROR, after=t)
        for i, t in enumerate([0.0, 0.1, 9.9, 10.0])
    ]
    assert [repeats.filter(record) for record in storm] == [True, False, False, True]
    assert storm[-1].getMessage() == "Unable to connect, try 3 suppressed=2"


def test_other_errors_and_other_loggers_are_all_written() -> None:
    """Only the same place in a Kafka client is kept quiet, and only its errors."""
    repeats = Repeats()
    others = [
        a_record(name="kafka.client", level=logging.ERROR, line=1),
        a_record(name="kafka.client", level=logging.ERROR, line=2),
        a_record(name="kafka.client", level=logging.WARNING, line=1),
        a_record(name="vigie.kafka", level=logging.ERROR, line=1),
        a_record(name="vigie.kafka", level=logging.ERROR, line=1),
    ]
    assert all(repeats.filter(record) for record in others)


def test_configuring_sends_every_logger_to_standard_error(
    root: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    """Handlers that were there before go, and the level is heeded."""
    root.addHandler(logging.NullHandler())
    configure_logging("alert", "WARNING")
    logging.getLogger("aiokafka").warning("partition=%d", 3)
    logging.getLogger("alerting.delivery").info("not wanted")
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(" ")[2] for line in lines] == [
        "level=warning role=alert logger=aiokafka partition=3"
    ]
    assert len(root.handlers) == 1
