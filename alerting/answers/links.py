"""Links that answer an alert: signed, of one notification, for a while.

A link names its notification by a reference that tells nothing, and carries a signature that only
this installation can make: whoever holds the link was sent it.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from dataclasses import dataclass
from typing import Final

from vigie.domain.notification import reference_of
from vigie.errors import Rejected

_BYTES: Final = 8
"""Of the reference, and of the signature: short enough for a text message. Whoever guesses at
1,000 links a second finds one in 300 million years."""
_LENGTH: Final = 22


@dataclass(frozen=True, slots=True)
class Links:
    """Makes and reads links under `url`, where they are received, with the installation's key."""

    url: str
    key: bytes

    def link(self, notification_id: str) -> str:
        """Return the link that answers this notification."""
        reference = bytes.fromhex(reference_of(notification_id))
        token = urlsafe_b64encode(reference + self._signature(reference)).rstrip(b"=")
        return f"{self.url.rstrip('/')}/a/{token.decode()}"

    def read(self, token: str) -> str:
        """Return the reference of the notification that a link's last part answers.

        Raises:
            Rejected: it is no such link, or not one of ours.
        """
        try:
            signed = urlsafe_b64decode(token + "==") if len(token) == _LENGTH else b""
        except (Error, ValueError):
            signed = b""
        reference, signature = signed[:_BYTES], signed[_BYTES:]
        # The last letter has bits to spare: another spelling of the same bytes is another link.
        spelled = urlsafe_b64encode(signed).rstrip(b"=").decode() == token
        if not (spelled and hmac.compare_digest(signature, self._signature(reference))):
            message = "this is no link that was sent: open it from the message again, whole"
            raise Rejected(message)
        return reference.hex()

    def _signature(self, reference: bytes) -> bytes:
        return hmac.digest(self.key, b"answer:" + reference, "sha256")[:_BYTES]
