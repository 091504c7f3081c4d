"""How things are said to a person: the words of a catalogue, and numbers and hours as printed.

French typography is applied to the catalogue's own sentences before values are put in, so that
texts and links from elsewhere are never altered.
"""

import gettext
import re
from datetime import datetime, timedelta
from pathlib import Path

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

DOMAIN = "vigie"
LOCALE = Path(__file__).parents[1] / "locale"
NARROW = "\u202f"
"""Narrow no-break space: French puts it before : ; ! ? % and inside « »."""

_BEFORE = re.compile(r" (?=[:;!?%»])")
_AFTER = re.compile(r"(?<=«) ")


class Language:
    """French or English, with the compiled catalogue `vigie.mo` of this package."""

    def __init__(self, code: str) -> None:
        self.code = code
        self._catalogue = gettext.translation(DOMAIN, LOCALE, languages=[code])

    def say(self, message: str, /, **values: object) -> str:
        """Return the message in this language with its values put in."""
        return self._typeset(self._catalogue.gettext(message)).format(**values)

    def say_many(self, one: str, many: str, n: int, /, **values: object) -> str:
        """Return the message in the number that n takes; n is put in as {n}."""
        translated = self._catalogue.ngettext(one, many, n)
        return self._typeset(translated).format(n=self.number(n), **values)

    def number(self, value: float) -> str:
        """Return the number with at most one decimal, none from ten on."""
        return format_decimal(value, "#,##0.#" if value < 10 else "#,##0", locale=self.code)  # noqa: PLR2004

    def percent(self, share: float) -> str:
        """Return a share of one in whole per cent."""
        return format_percent(share, locale=self.code).replace("\u00a0", NARROW)

    def clock(self, local: datetime) -> str:
        """Return the hour and minute: 14 h 07 in French, 14:07 in English."""
        if self.code == "fr":
            return f"{local.hour}{NARROW}h{NARROW}{local.minute:02}"
        return f"{local:%H:%M}"

    def moment(self, local: datetime, *, seen_from: datetime) -> str:
        """Return the hour, and the day where it is not the day of `seen_from`."""
        if local.date() == seen_from.date():
            return self.clock(local)
        day = format_date(local, "d MMMM", locale=self.code)
        if self.code == "fr" and local.day == 1:
            day = day.replace("1", "1er", 1)
        return self.say("{day} at {clock}", day=day, clock=self.clock(local))

    def duration(self, length: timedelta) -> str:
        """Return the duration in its largest whole unit, to the second."""
        seconds = round(length.total_seconds())
        if seconds % 3600 == 0:
            return self.say_many("{n} hour", "{n} hours", seconds // 3600)
        if seconds % 60 == 0:
            return self.say_many("{n} minute", "{n} minutes", seconds // 60)
        return self.say_many("{n} second", "{n} seconds", seconds)

    def _typeset(self, sentence: str) -> str:
        if self.code != "fr":
            return sentence
        return _AFTER.sub(NARROW, _BEFORE.sub(NARROW, sentence)).replace("'", "’")
