"""Logs: one `key=value` line per event to standard error, ids and decisions only.

What is not in the message is not written: extra attributes of a record never reach a line.
"""

import logging
import sys
from datetime import UTC, datetime
from traceback import format_tb
from typing import Final

QUIET: Final = 10.0
"""Seconds for which a line that a Kafka client has just logged is not logged again.

A lost broker makes aiokafka write about a thousand lines a second.
"""

_NOISY: Final = ("aiokafka", "kafka")
_ESCAPES: Final = str.maketrans({"\n": "\\n", "\r": "\\r"})


def configure_logging(role: str, level: int | str = logging.INFO) -> None:
    """Send every logger of this process to standard error, marked with the role."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine(role))
    handler.addFilter(Repeats())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    # It logs whole addresses, and one of ours holds a phone number.
    logging.getLogger("httpx").setLevel(logging.WARNING)


class OneLine(logging.Formatter):
    """Time in UTC, level, role, logger, then the message; line breaks are escaped.

    Of an exception the type and the frames are written, never its words: a database error, for
    one, quotes the row it could not store.
    """

    def __init__(self, role: str) -> None:
        super().__init__()
        self._role = role

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = (
            f"time={time.removesuffix('+00:00')}Z level={record.levelname.lower()}"
            f" role={self._role} logger={record.name} {record.getMessage()}"
        )
        if record.exc_info and record.exc_info[0]:
            kind, _, frames = record.exc_info
            line += f" exception={kind.__qualname__} traceback={''.join(format_tb(frames))}"
        return line.translate(_ESCAPES)


class Repeats(logging.Filter):
    """Lets each error of a Kafka client through once per `QUIET` seconds and says what it kept.

    An error is known by the place in the code that logs it, so that changing numbers in its text
    make no new one and memory stays bounded.
    """

    def __init__(self) -> None:
        super().__init__()
        self._passed: dict[tuple[str, int], float] = {}
        self._kept: dict[tuple[str, int], int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether the record is written; add how many like it were not."""
        if record.levelno < logging.ERROR or record.name.split(".")[0] not in _NOISY:
            return True
        place = (record.pathname, record.lineno)
        last = self._passed.get(place)
        if last is not None and record.created < last + QUIET:
            self._kept[place] = self._kept.get(place, 0) + 1
            return False
        self._passed[place] = record.created
        if kept := self._kept.pop(place, 0):
            record.msg = f"{record.msg} suppressed={kept}"
        return True
