"""What single settings may look like, with the sentence that says how to write them."""

import base64
import binascii
import re
from datetime import datetime
from typing import Annotated, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, SecretStr

_ADDRESS = r"^[^@\s]+@[^@\s]+$"
_PHONE = r"^\+[1-9]\d{6,14}$"
_IDENTIFIER = r"^[a-z0-9][a-z0-9-]{0,62}$"
_PREFIX = r"^[A-Za-z0-9._-]{0,100}$"
_LANGUAGE = r"^[a-z]{2,3}$"
_WORD = r"\S"
_OUTSIDE = r"^https?://[^\s/?#@]+(/[^\s?#]*)?$"
_ANYWHERE = re.compile(r"https?://[^\s/?#]+\S*")
_SERVICE = re.compile(r"[a-z0-9+.-]+://\S+")
_HOURS = r"^\d{2}:\d{2}-\d{2}:\d{2}$"

SHORTEST_KEY: Final = 8
SHORTEST_SIGNER: Final = 24
"""Bytes, by the Standard Webhooks specification."""

HOW_TO_WRITE: Final[dict[str, str]] = {
    _ADDRESS: "write an e-mail address such as astreinte@sourcebelle.example",
    _PHONE: "write the number as it is dialled from abroad, such as +33639980001",
    _IDENTIFIER: "write a short name of small letters, digits and hyphens, such as campagne-eau",
    _PREFIX: "write letters, digits, dots, hyphens and underscores, such as vigie.",
    _LANGUAGE: "write the code of a language, such as fr",
    _WORD: "write a word such as forage",
    _OUTSIDE: "write the address people reach it at, such as https://vigie.sourcebelle.example",
    _HOURS: "write hours such as 08:00-21:00",
}
"""Per pattern what to write instead of something that does not match it."""


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = f"no time zone is called {name!r}; write one such as Europe/Paris"
        raise ValueError(message) from error
    return name


def _long_enough(key: SecretStr) -> SecretStr:
    if len(key.get_secret_value()) < SHORTEST_KEY:
        message = "a key has at least 8 characters; make one with `openssl rand -hex 32`"
        raise ValueError(message)
    return key


def _signs(key: SecretStr) -> SecretStr:
    prefix, _, rest = key.get_secret_value().partition("_")
    try:
        made = base64.b64decode(rest, validate=True)
    except binascii.Error:
        made = b""
    if prefix != "whsec" or len(made) < SHORTEST_SIGNER:
        message = "make one with `echo whsec_$(openssl rand -base64 32)`"
        raise ValueError(message)
    return key


def _web_address(address: SecretStr) -> SecretStr:
    if not _is_web(address.get_secret_value()):
        message = "write the address that is posted to, such as https://sourcebelle.example/vigie"
        raise ValueError(message)
    return address


def _is_web(address: str) -> bool:
    try:
        port = urlsplit(address).port  # refuses what is no number, and one beyond 65535
    except ValueError:
        return False
    return port != 0 and _ANYWHERE.fullmatch(address) is not None


def _names_service(address: SecretStr) -> SecretStr:
    if not _SERVICE.fullmatch(address.get_secret_value()):
        message = "write an address as apprise reads it, such as ntfy://sourcebelle-astreinte"
        raise ValueError(message)
    return address


def _without_zone(moment: datetime) -> datetime:
    if moment.tzinfo is not None:
        message = "write the time without a zone, such as 2026-11-02T09:00"
        raise ValueError(message)
    return moment


Word = Annotated[str, Field(pattern=_WORD)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]
Address = Annotated[str, Field(pattern=_ADDRESS)]
Phone = Annotated[str, Field(pattern=_PHONE)]
Identifier = Annotated[str, Field(pattern=_IDENTIFIER)]
TopicPrefix = Annotated[str, Field(pattern=_PREFIX)]
Key = Annotated[SecretStr, AfterValidator(_long_enough)]
SigningKey = Annotated[SecretStr, AfterValidator(_signs)]
WebAddress = Annotated[SecretStr, AfterValidator(_web_address)]
ServiceAddress = Annotated[SecretStr, AfterValidator(_names_service)]
Language = Annotated[str, Field(pattern=_LANGUAGE)]
Hours = Annotated[str, Field(pattern=_HOURS)]
Outside = Annotated[str, Field(pattern=_OUTSIDE)]
Local = Annotated[datetime, AfterValidator(_without_zone)]
TimeZone = Annotated[str, AfterValidator(_known_zone)]
