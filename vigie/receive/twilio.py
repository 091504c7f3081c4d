"""What Twilio posts to us: signed forms about messages it carried, and messages people sent.

Source: Twilio's « Webhooks security »: HMAC-SHA1, by the account's token, of the address that it
called followed by each field's name and value in alphabetical order.
"""

import base64
import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from vigie.domain.notification import DeliveryReceipt
from vigie.errors import Rejected, Unprocessable

SIGNATURE: Final = "X-Twilio-Signature"
NAME: Final = "twilio"
MESSAGE_PATH: Final = "/sms/twilio"
STATUS_PATH: Final = "/sms/twilio/status"

_ARRIVED: Final = frozenset({"delivered", "read"})
_LOST: Final = frozenset({"failed", "undelivered", "canceled"})

Fields = Sequence[tuple[str, str]]


def sign(url: str, fields: Fields, token: str) -> str:
    """Return the signature of a call; a field that is sent twice counts once per value.

    >>> sign("https://vigie.example/sms/twilio", [("To", "+331"), ("From", "+336")], "secret")
    'FPFCOQmhpZ3OhEpoh2Ywbl1V6Gc='
    """
    signed = url + "".join(name + value for name, value in sorted(set(fields)))
    digest = hmac.digest(token.encode(), signed.encode(), "sha1")
    return base64.b64encode(digest).decode()


def verify(url: str, fields: Fields, token: str, *, signature: str) -> None:
    """Check who called.

    Raises:
        Rejected: the signature is not that of the account's token.
    """
    if not hmac.compare_digest(sign(url, fields, token).encode(), signature.encode()):
        message = "the signature is not Twilio's: check alerting.sms.twilio.token and receive.url"
        raise Rejected(message)


def receipt(fields: Fields, *, at: datetime) -> DeliveryReceipt | None:
    """Return what a status callback tells; None where the message is still on its way.

    Raises:
        Unprocessable: a field is missing.
    """
    sid, status = _required(fields, ("MessageSid", "MessageStatus"))
    if status not in _ARRIVED | _LOST:
        return None
    return DeliveryReceipt(gateway=NAME, provider_id=sid, arrived=status in _ARRIVED, at=at)


def message(fields: Fields) -> tuple[str, str, str]:
    """Return the id, the sender's number and the text of a message somebody sent.

    Raises:
        Unprocessable: a field is missing.
    """
    sid, sender, text = _required(fields, ("MessageSid", "From", "Body"))
    return sid, sender, text


def _required(fields: Fields, names: Iterable[str]) -> list[str]:
    found = dict(fields)
    missing = [name for name in names if name not in found]
    if missing:
        error = f"Twilio's form lacks {', '.join(missing)}"
        raise Unprocessable(error)
    return [found[name] for name in names]
