"""Remembers in a small file how far something was read, so that a restart goes on from there."""

from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from vigie.errors import Misconfigured

T = TypeVar("T")


class Bookmark(Generic[T]):
    """One value of one type in one JSON file; it is replaced whole, or not at all."""

    def __init__(self, path: Path, type_: type[T]) -> None:
        self._path = path
        self._decoder = msgspec.json.Decoder(type_)

    def read(self) -> T | None:
        """Return the value, None when nothing was remembered.

        Raises:
            Misconfigured: the file holds something else; going on could lose or repeat posts.
        """
        try:
            return self._decoder.decode(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            message = f"{self._path} is damaged: remove it to read from the beginning again"
            raise Misconfigured(message) from error

    def write(self, value: T) -> None:
        """Remember the value."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        scratch = self._path.with_suffix(".new")
        scratch.write_bytes(msgspec.json.encode(value))
        scratch.replace(self._path)

    def clear(self) -> None:
        """Forget."""
        self._path.unlink(missing_ok=True)
