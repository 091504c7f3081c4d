"""Detect's table as the plain mapping that detection wants: str keys, bytes values."""

from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tallies(MutableMapping[str, bytes]):
    """A view on a mapping of bytes; in Faust that is a table, which writes its own changelog.

    Faust takes writes only while an agent iterates over the keyed topic.
    """

    table: MutableMapping[bytes, bytes]

    def __getitem__(self, key: str) -> bytes:
        return self.table[key.encode()]

    def __setitem__(self, key: str, value: bytes) -> None:
        self.table[key.encode()] = value

    def __delitem__(self, key: str) -> None:
        del self.table[key.encode()]

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key.encode() in self.table

    def __iter__(self) -> Iterator[str]:
        return (key.decode() for key in self.table)

    def __len__(self) -> int:
        return len(self.table)
