"""Files are read line by line, and can be gone on with from any line."""

from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st

from vigie.lines import MAX_LINE_BYTES, Place, read_lines


@given(
    st.lists(st.binary(max_size=20).map(lambda line: line.replace(b"\n", b"").strip())), st.data()
)
def test_reading_on_from_any_place_gives_the_rest(lines: list[bytes], data: st.DataObject) -> None:
    """Nothing is lost or read twice wherever the interruption falls."""
    content = b"\n".join(lines)
    whole = list(read_lines(BytesIO(content), Place()))
    stop = data.draw(st.integers(0, len(whole)))
    start = whole[stop - 1].after if stop else Place()
    file = BytesIO(content)
    file.seek(start.offset)
    assert list(read_lines(file, start)) == whole[stop:]
    assert not whole or whole[-1].after.offset == len(content)


def test_line_ends_of_every_kind_and_a_byte_order_mark_are_no_content() -> None:
    """Files come from Windows too."""
    file = BytesIO(b"\xef\xbb\xbfone\r\ntwo\n\nlast")
    assert [(line.data, line.after.line) for line in read_lines(file, Place())] == [
        (b"one", 1),
        (b"two", 2),
        (b"", 3),
        (b"last", 4),
    ]


def test_half_a_line_of_a_growing_file_waits_for_its_end() -> None:
    """It is read when it is whole."""
    file = BytesIO(b"one\ntw")
    (first,) = read_lines(file, Place(), growing=True)
    assert first.after == Place(offset=4, line=1)
    file.write(b"o\n")
    file.seek(4)
    (second,) = read_lines(file, first.after, growing=True)
    assert second.data == b"two"


def test_an_endless_line_is_cut_and_the_next_one_is_whole() -> None:
    """Memory stays bounded whatever a file holds."""
    content = b"x" * (3 * MAX_LINE_BYTES + 7) + b"\nnext\n"
    long, following = read_lines(BytesIO(content), Place())
    assert (len(long.data), long.cut) == (MAX_LINE_BYTES, True)
    assert (following.data, following.cut, following.after) == (
        b"next",
        False,
        Place(offset=len(content), line=2),
    )
