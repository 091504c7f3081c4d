"""What the practice platform remembers and how it fails on purpose; knows nothing of HTTP."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec

Line = Mapping[str, Any]


@dataclass(slots=True)
class Comment:
    """One comment as the platform shows it."""

    id: str
    hidden: bool = False
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """How one request goes wrong; `retry_after` in seconds, `garbage` means an unreadable body."""

    status: int
    retry_after: float | None = None
    garbage: bool = False


class PlatformState:
    """Posts, comments and planned failures; every method may be called from any thread.

    With `journal`, every change is appended to that JSON Lines file before it is shown, and a new
    state on the same file begins where the old one ended.
    """

    def __init__(self, journal: Path | None = None) -> None:
        self._lock = Lock()
        self._changes: list[Line] = []
        self._comments: dict[str, Comment] = {}
        self._planned: list[tuple[str, Failure]] = []
        self._random = random.Random(0)  # noqa: S311 - repeatable failures, not secrets
        self._rate = 0.0
        self._journal = journal
        if journal is not None:
            self._replay(journal)

    def post(self, lines: list[Line]) -> None:
        """Publish the lines in order; edited and removed ones change the comment they repeat."""
        with self._lock:
            for line in lines:
                self._write({"post": line})
                self._publish(line)

    def changes(self, after: int, limit: int) -> list[tuple[int, Line]]:
        """Return up to `limit` published lines that follow the cursor, each with its own."""
        with self._lock:
            return list(enumerate(self._changes[after : after + limit], start=after + 1))

    def comment(self, id_: str) -> Comment | None:
        """Return the comment, None when the platform never saw it."""
        with self._lock:
            return self._comments.get(id_)

    def set_hidden(self, id_: str, *, hidden: bool) -> Comment | None:
        """Hide or show a comment; None when there is no such comment or its author removed it."""
        with self._lock:
            comment = self._comments.get(id_)
            if comment is None or comment.removed:
                return None
            self._write({"hidden": id_, "value": hidden})
            comment.hidden = hidden
            return comment

    def hidden(self) -> list[str]:
        """Return the ids of the comments that are hidden, in order of publication."""
        with self._lock:
            return [comment.id for comment in self._comments.values() if comment.hidden]

    def fail_next(
        self,
        status: int,
        times: int = 1,
        *,
        retry_after: float | None = None,
        garbage: bool = False,
        under: str = "/api/",
    ) -> None:
        """Fail the next `times` requests whose path begins with `under`."""
        with self._lock:
            self._planned += [(under, Failure(status, retry_after, garbage))] * times

    def fail_randomly(self, seed: int, rate: float) -> None:
        """Answer this share of all requests with 503 from now on; a rate of 0 ends it."""
        with self._lock:
            self._random = random.Random(seed)  # noqa: S311 - repeatable failures, not secrets
            self._rate = rate

    def failure(self, path: str) -> Failure | None:
        """Return how this request must fail, if it must, and count it as failed."""
        with self._lock:
            for index, (under, failure) in enumerate(self._planned):
                if path.startswith(under):
                    del self._planned[index]
                    return failure
            return Failure(503) if self._rate and self._random.random() < self._rate else None

    def _publish(self, line: Line) -> None:
        self._changes.append(line)
        if line.get("kind") == "comment":
            comment = self._comments.setdefault(str(line["id"]), Comment(str(line["id"])))
            comment.removed = comment.removed or line.get("change") == "removed"

    def _write(self, entry: Line) -> None:
        if self._journal is not None:
            with self._journal.open("ab") as file:
                file.write(msgspec.json.encode(entry) + b"\n")

    def _replay(self, journal: Path) -> None:
        journal.parent.mkdir(parents=True, exist_ok=True)
        journal.touch()
        whole, newline, _ = journal.read_bytes().rpartition(b"\n")
        # A crash in the middle of a write leaves half a line, whose request was never answered.
        journal.write_bytes(whole + newline)
        for entry in map(msgspec.json.decode, whole.splitlines()):
            if "post" in entry:
                self._publish(entry["post"])
            else:
                self._comments[entry["hidden"]].hidden = entry["value"]
