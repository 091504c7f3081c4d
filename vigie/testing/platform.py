"""A platform without HTTP: comments that can be hidden, and failures on demand."""

from collections.abc import Callable, Iterable

from vigie.errors import Rejected, VigieError


class FakePlatform:
    """Knows the comments it was given, by native id; those it hides stand in `hidden`.

    `calls` are the requests that arrived, those that failed included.
    """

    def __init__(self, comments: Iterable[str]) -> None:
        self._comments = set(comments)
        self._failures: list[tuple[VigieError, bool]] = []
        self._meanwhile: Callable[[], object] | None = None
        self._deaf = False
        self.hidden: set[str] = set()
        self.calls: list[tuple[str, str]] = []

    def refuse_next(self, error: VigieError, *, times: int = 1) -> None:
        """Raise this instead of doing what the next requests ask."""
        self._failures += [(error, False)] * times

    def lose_next_answer(self, error: VigieError) -> None:
        """Do what the next request asks, and raise this all the same."""
        self._failures.append((error, True))

    def ignore_requests(self) -> None:
        """Accept every request from now on and change nothing."""
        self._deaf = True

    def after_next(self, happens: Callable[[], object]) -> None:
        """Let this happen between the next request and its answer."""
        self._meanwhile = happens

    async def hide(self, native_id: str) -> None:
        """Hide the comment."""
        self._do("hide", native_id, self.hidden.add)

    async def unhide(self, native_id: str) -> None:
        """Show the comment again."""
        self._do("unhide", native_id, self.hidden.discard)

    async def is_hidden(self, native_id: str) -> bool:
        """Read back what the platform shows."""
        answer = native_id in self.hidden
        self._do("show", native_id, lambda _: None)
        return answer

    def _do(self, what: str, native_id: str, change: Callable[[str], None]) -> None:
        self.calls.append((what, native_id))
        error, taken = self._failures.pop(0) if self._failures else (None, True)
        if taken:
            self._known(native_id)
            if not self._deaf:
                change(native_id)
        happens, self._meanwhile = self._meanwhile, None
        if happens:
            happens()
        if error:
            raise error

    def _known(self, native_id: str) -> None:
        if native_id not in self._comments:
            message = "no such comment: its author removed it"
            raise Rejected(message)
