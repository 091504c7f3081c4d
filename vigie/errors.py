"""Errors named by what the caller must do.

VigieError
├── Unprocessable   this input can never be handled: send it to the dead letters and go on
├── Transient       try again later, with back-off
├── Rejected        the other side said no for good: give up and tell a person
└── Misconfigured   refuse to start; the sentence says what to change
"""

from datetime import timedelta


class VigieError(Exception):
    """Root of the tree; its text is a sentence that says what to do and holds no post text."""


class Unprocessable(VigieError):  # noqa: N818 - named by what to do
    """The input can never be handled."""


class Transient(VigieError):  # noqa: N818 - named by what to do
    """The same call may succeed later.

    `retry_after` is how long the other side asked us to wait, where it said so. `maybe_done`: what
    was asked may have been done all the same, since its answer was lost.
    """

    def __init__(
        self, message: str, *, retry_after: timedelta | None = None, maybe_done: bool = False
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.maybe_done = maybe_done


class Rejected(VigieError):  # noqa: N818 - named by what to do
    """The other side refused for good."""


class Misconfigured(VigieError):  # noqa: N818 - named by what to do
    """The installation cannot run like this."""
