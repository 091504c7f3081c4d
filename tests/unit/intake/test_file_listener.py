"""A file is followed like `tail -F`, from wherever the last run had come."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from vigie.connectors.file.listen import FileCursor, FileListener
from vigie.errors import Transient


def put(path: Path, content: bytes) -> None:
    """Write the file anew, under the same inode."""
    path.write_bytes(content)


async def heard(
    listener: FileListener,
    count: int,
    after: FileCursor | None = None,
    then: Callable[[], object] = lambda: None,
) -> tuple[list[bytes], FileCursor | None]:
    """Listen until `count` lines came; call `then` once, when the first batch is there."""
    lines: list[bytes] = []
    stream = listener.listen(after)
    async with asyncio.timeout(10):
        async for batch in stream:
            lines += [line.data for line in batch.lines]
            after = batch.cursor
            if len(lines) >= count:
                break
            then()
            then = int
    await stream.aclose()  # type: ignore[attr-defined]
    return lines, after


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file is, or will be."""
    return tmp_path / "posts.jsonl"


@pytest.fixture
def listener(path: Path) -> FileListener:
    """A listener that looks often."""
    return FileListener("export", path, poll=timedelta(milliseconds=5))


async def test_lines_that_are_appended_are_heard(path: Path, listener: FileListener) -> None:
    """Half a line waits for its other half."""
    put(path, b"one\ntw")

    def append() -> None:
        with path.open("ab") as file:
            file.write(b"o\nthree\n")

    assert (await heard(listener, 3, then=append))[0] == [b"one", b"two", b"three"]


async def test_a_restart_goes_on_after_the_cursor(path: Path, listener: FileListener) -> None:
    """What was handed on before is not read again."""
    put(path, b"one\ntwo\n")
    _, cursor = await heard(listener, 2)
    put(path, b"one\ntwo\nthree\n")
    assert (await heard(listener, 1, cursor))[0] == [b"three"]


@pytest.mark.parametrize("replace", [True, False])
async def test_a_new_file_in_its_place_is_read_from_the_beginning(
    path: Path, listener: FileListener, *, replace: bool
) -> None:
    """Rotation by renaming, or by emptying and starting over."""
    put(path, b"one\ntwo\n")
    _, cursor = await heard(listener, 2)
    new = path.with_suffix(".new") if replace else path
    put(new, b"a longer line than before\n" if replace else b"new\n")
    new.replace(path)
    lines, _ = await heard(listener, 1, cursor)
    assert lines == [b"a longer line than before" if replace else b"new"]


async def test_a_file_that_does_not_exist_yet_is_waited_for(
    path: Path, listener: FileListener
) -> None:
    """The program that writes it may start later."""
    hearing = asyncio.create_task(heard(listener, 1))
    await asyncio.sleep(0.02)
    put(path, b"one\n")
    assert (await hearing)[0] == [b"one"]


async def test_a_file_that_cannot_be_read_is_tried_again(tmp_path: Path) -> None:
    """A folder in its place, say."""
    listener = FileListener("export", tmp_path, poll=timedelta(milliseconds=5))
    with pytest.raises(Transient, match="source export: cannot read its file"):
        await heard(listener, 1)
