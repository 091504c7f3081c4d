"""Many small numbers in little room: four bytes each, in memory and in the table."""

from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Cells = array[float]
else:
    Cells = array  # not subscriptable before Python 3.12


def zeros(length: int) -> Cells:
    """Return so many zeros."""
    return array("f", bytes(4 * length))


def from_bytes(packed: bytes) -> Cells:
    """Return what `tobytes` has packed."""
    return array("f", packed)
