"""Durations as people write them in YAML: 90s, 15m, 2h, 35d."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, PlainSerializer

_UNITS = {"ms": "milliseconds", "s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_FORM = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)")


def parse(value: object) -> timedelta:
    """Return the duration.

    Raises:
        ValueError: not a number followed by ms, s, m, h or d.
    """
    if isinstance(value, timedelta):
        return value
    match = _FORM.fullmatch(str(value).strip())
    if match is None:
        message = f"write a duration such as 90s, 15m, 2h or 35d, not {value!r}"
        raise ValueError(message)
    try:
        return timedelta(**{_UNITS[match[2]]: float(match[1])})
    except OverflowError as error:
        message = f"{value} is longer than time itself; write a duration such as 35d"
        raise ValueError(message) from error


def show(value: timedelta) -> str:
    """Return the duration in its largest whole unit."""
    milliseconds = round(value.total_seconds() * 1000)
    for unit, size in (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)):
        if milliseconds and milliseconds % size == 0:
            return f"{milliseconds // size}{unit}"
    return f"{milliseconds}ms"


Duration = Annotated[timedelta, BeforeValidator(parse), PlainSerializer(show)]


def _between(least: str, most: str) -> AfterValidator:
    low, high = parse(least), parse(most)

    def checked(value: timedelta) -> timedelta:
        if not low <= value <= high:
            message = f"write a duration from {least} to {most}"
            raise ValueError(message)
        return value

    return AfterValidator(checked)


Window = Annotated[Duration, _between("1m", "1d")]
"""Posts are counted by the minute, and those of the longest window lie in memory."""
Settle = Annotated[Duration, _between("1h", "35d")]
"""Whatever is closed sooner is still a crisis."""
Validity = Annotated[Duration, _between("1m", "10h")]
"""What every gateway takes."""
Patience = Annotated[Duration, _between("1m", "7d")]
"""People need a minute to answer."""
Tick = Annotated[Duration, _between("1s", "2m")]
"""After five minutes without any, nobody was counting."""
