"""A bookmark is there whole or not at all."""

from pathlib import Path

import pytest

from vigie.bookmarks import Bookmark
from vigie.errors import Misconfigured
from vigie.lines import Place


def test_what_was_remembered_is_read_back_until_it_is_forgotten(tmp_path: Path) -> None:
    """Folders are made on the way; forgetting twice is fine."""
    bookmark = Bookmark(tmp_path / "a" / "b.json", Place)
    assert bookmark.read() is None
    bookmark.write(Place(offset=10, line=2))
    bookmark.write(Place(offset=20, line=3))
    assert Bookmark(tmp_path / "a" / "b.json", Place).read() == Place(offset=20, line=3)
    bookmark.clear()
    bookmark.clear()
    assert bookmark.read() is None


@pytest.mark.parametrize("content", [b"", b"{", b'{"offset": "ten"}', b"\xff"])
def test_a_damaged_bookmark_stops_us(tmp_path: Path, content: bytes) -> None:
    """Guessing a place could lose posts; the sentence names the file."""
    (tmp_path / "b.json").write_bytes(content)
    with pytest.raises(Misconfigured, match=r"b\.json is damaged"):
        Bookmark(tmp_path / "b.json", Place).read()
