"""What every listener gives to `connect`: lines as they came, and where to go on after them."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

Cursor = TypeVar("Cursor")


@dataclass(frozen=True, slots=True)
class RawPost:
    """One line as JSON; `position` names it in a dead letter. `cut` says that it was too long."""

    data: bytes
    position: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Batch(Generic[Cursor]):
    """Lines in order, and the cursor behind them."""

    lines: Sequence[RawPost]
    cursor: Cursor


class Listener(Protocol[Cursor]):
    """One source."""

    @property
    def id(self) -> str:
        """The source's id in the deployment file."""
        ...

    @property
    def cursor_type(self) -> type[Cursor]:
        """What a cursor is, so that it can be read back."""
        ...

    def listen(self, after: Cursor | None) -> AsyncIterator[Batch[Cursor]]:
        """Yield what comes after the cursor (None: from the beginning), for ever.

        Raises:
            Transient: listen again later, from the last cursor that was handed on.
            Rejected: the platform refuses us for good.
        """
        ...
