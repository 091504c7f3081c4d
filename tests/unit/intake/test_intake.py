"""Lines become posts, or are refused with a sentence that names the field and not the text."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie import wire
from vigie.domain.dead_letter import DeadLetter
from vigie.domain.post import Capability, Change, Kind, Platform, Post
from vigie.errors import Unprocessable
from vigie.intake import Intake, Line, author_hash, format_line, parse_line, to_post
from vigie.testing.clock import START

KEY = b"a key of the installation"
WHOLE = {
    "id": "c1",
    "platform": "practice",
    "source": "practice-page",
    "kind": "comment",
    "conversation": "pub-1",
    "author": "velo_jaune",
    "published": "2026-03-02T09:00:00+01:00",
    "text": "Bonjour",
}


def raw(**changes: object) -> bytes:
    """Return a valid line with some fields changed; None drops the field."""
    fields = {**WHOLE, **changes}
    return json.dumps({name: value for name, value in fields.items() if value is not None}).encode()


def post_of(**changes: object) -> Post:
    """Return the post of a valid line with some fields changed."""
    return to_post(parse_line(raw(**changes)), author_key=KEY, received=START, max_text=100)


def test_a_whole_line_becomes_a_post_with_its_platform_in_front_of_its_ids() -> None:
    """Every field arrives, times in UTC."""
    post = post_of(
        parent="c0",
        followers=12,
        account_created="2020-01-01T00:00:00Z",
        language="fr",
        url="https://example.org/c1",
        audience="page-1",
        capabilities=["hide"],
    )
    assert post == Post(
        id="practice:c1",
        platform=Platform.PRACTICE,
        source="practice-page",
        kind=Kind.COMMENT,
        conversation="practice:pub-1",
        parent="practice:c0",
        author=author_hash(Platform.PRACTICE, "velo_jaune", key=KEY),
        handle="velo_jaune",
        followers=12,
        account_created=datetime(2020, 1, 1, tzinfo=UTC),
        published=START,
        changed=START,
        received=START,
        text="Bonjour",
        language="fr",
        url="https://example.org/c1",
        audience="page-1",
        capabilities=(Capability.HIDE,),
    )
    assert post.published.tzinfo is UTC


def test_an_edit_keeps_the_time_of_the_creation_and_has_its_own() -> None:
    """Edits and removals say when they happened."""
    post = post_of(
        change="edited", changed="2026-03-02T08:00:00Z", published="2026-03-01T08:00:00Z"
    )
    assert (post.change, post.published, post.changed) == (
        Change.EDITED,
        START - timedelta(days=1),
        START,
    )


def test_a_removal_carries_no_text() -> None:
    """What an author took back does not travel again."""
    assert post_of(change="removed", changed="2026-03-02T08:00:00Z").text == ""


def test_a_mention_does_not_keep_the_handle() -> None:
    """Nothing can be done to a mention, so nobody needs to know who wrote it."""
    post = post_of(kind="mention")
    assert post.handle is None
    assert b"velo_jaune" not in wire.encode(post)


def test_the_author_hash_needs_the_key_and_tells_platforms_apart() -> None:
    """The same handle elsewhere, or under another key, is another author; long keys work."""
    hashes = {
        author_hash(platform, "velo_jaune", key=key)
        for platform in (Platform.X, Platform.PRACTICE)
        for key in (b"a", b"b", b"c" * 1000)
    }
    assert len(hashes) == 6
    assert {len(value) for value in hashes} == {32}


@pytest.mark.parametrize("text", ["", "   ", "😡😡😡", "👩🏾\u200d🚒", "e\u0301", "\u202eabc"])
def test_any_text_people_write_is_kept_as_it_is(text: str) -> None:
    """Empty, emoji-only and combining texts are posts too."""
    assert post_of(text=text).text == text


def test_nul_is_replaced_because_databases_refuse_it() -> None:
    """The rest of the text stays."""
    assert post_of(text="a\0b").text == "a\N{REPLACEMENT CHARACTER}b"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"id": ""}, "id: must have 1 to 256 characters"),
        ({"id": " "}, "id: must have 1 to 256 characters"),
        ({"id": "x" * 257}, "id: must have 1 to 256 characters"),
        ({"id": "a\0b"}, "id: holds a control character"),
        ({"parent": ""}, "parent: must have 1 to 256 characters"),
        ({"url": "u" * 2049}, "url: must have 1 to 2048 characters"),
        ({"id": 5}, "id: Expected `str`, got `int`"),
        ({"id": None}, "Object missing required field `id`"),
        ({"platform": "secret"}, "platform: is not one of the allowed values"),
        ({"platform": "se - at `$.cret"}, "platform: is not one of the allowed values"),
        ({"capabilities": ["secret"]}, "capabilities[0]: is not one of the allowed values"),
        ({"mood": "secret"}, "unknown field mood"),
        ({"My secret\n": 1}, "a field with an unknown name"),
        ({"language": "french"}, "language: must be a two-letter ISO 639-1 code such as fr"),
        ({"language": "FR"}, "language: must be a two-letter ISO 639-1 code such as fr"),
        ({"followers": -1}, "followers: Expected `int` >= 0"),
        ({"change": "edited"}, "changed: is needed where change is edited"),
        (
            {"published": "2026-03-02T08:00:00"},
            "published: Expected `datetime` with a timezone component",
        ),
        ({"published": "yesterday"}, "published: Invalid RFC3339 encoded datetime"),
        ({"published": 1772438400}, "published: Expected `datetime`, got `int`"),
    ],
)
def test_a_wrong_field_is_refused_by_name(changes: dict[str, Any], sentence: str) -> None:
    """The sentence says where and what, and repeats nothing that was sent."""
    with pytest.raises(Unprocessable) as refusal:
        parse_line(raw(**changes))
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"id": "\xff"}',
        b'{"id": "\\ud800"}',
        b"[]",
        b"null",
        b'{"id": ' + b"[" * 50_000,
        raw() + b"x",
    ],
)
def test_what_is_no_line_is_refused(line: bytes) -> None:
    """Truncated, mis-encoded or nested beyond sense."""
    with pytest.raises(Unprocessable):
        parse_line(line)


@pytest.mark.parametrize("half", ["\\ud800", "\\udc00", "\\udc00\\ud800", "\\ud83dx"])
def test_half_a_surrogate_pair_is_refused(half: str) -> None:
    """It is no character and could be stored nowhere."""
    with pytest.raises(Unprocessable, match="not JSON"):
        parse_line(raw(text="@").replace(b"@", half.encode()))


@pytest.mark.parametrize("field", ["published", "changed", "account_created"])
@pytest.mark.parametrize(
    "time", ["1970-01-01T00:00:00Z", "2003-12-31T23:59:59Z", "2026-03-03T08:00:01Z"]
)
def test_a_time_that_cannot_be_is_refused(field: str, time: str) -> None:
    """Before the platforms, or more than a day ahead of our clock."""
    with pytest.raises(Unprocessable, match=f"^{field}: before 2004"):
        post_of(**{"change": "edited", "changed": "2026-03-02T08:00:00Z", field: time})


def test_too_much_text_is_refused_without_being_quoted() -> None:
    """The limit is the installation's; the count says by how much."""
    with pytest.raises(Unprocessable, match=r"^text: 101 characters, more than .* \(100\)$"):
        post_of(text="x" * 101)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.binary(max_size=300) | _json.map(lambda value: json.dumps(value).encode()))
def test_arbitrary_bytes_are_refused_and_nothing_else(data: bytes) -> None:
    """Whatever arrives, the only error is Unprocessable."""
    with pytest.raises(Unprocessable):
        parse_line(data)


@given(st.dictionaries(st.sampled_from([*WHOLE, "changed", "followers", "other"]), _json))
def test_a_line_with_any_field_replaced_is_a_post_or_unprocessable(changes: dict[str, Any]) -> None:
    """Types, lengths and times of any kind never raise anything else."""
    try:
        post_of(**changes)
    except Unprocessable as refusal:
        assert str(refusal)  # noqa: PT017 - either outcome is right, a third is not


_names = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=256).filter(
    str.strip
)
_times = st.datetimes(
    datetime(2004, 1, 2),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2026, 3, 2),  # noqa: DTZ001
    timezones=st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours))),
)


@given(
    st.builds(
        Line,
        id=_names,
        platform=st.sampled_from(Platform),
        source=_names,
        kind=st.sampled_from(Kind),
        conversation=_names,
        author=_names,
        published=_times,
        text=st.text(st.characters(exclude_categories=("Cs",)), max_size=200),
        change=st.sampled_from(Change),
        parent=st.none() | _names,
        followers=st.none() | st.integers(0, 10**9),
        account_created=st.none() | _times,
        changed=_times,
        language=st.none() | st.from_regex("[a-z]{2}", fullmatch=True),
        capabilities=st.lists(st.sampled_from(Capability)).map(tuple),
    )
)
def test_a_line_survives_the_trip_to_json_and_on_to_the_wire(line: Line) -> None:
    """What we write we can read, and the post survives its own serialisation."""
    read = parse_line(format_line(line))
    assert read == line
    post = to_post(read, author_key=KEY, received=START, max_text=200)
    assert wire.Decoder(Post)(wire.encode(post)) == post


def test_an_unreadable_line_is_kept_with_where_it_stood_and_why() -> None:
    """Nothing is lost, and the same line is the same dead letter when it is read again."""
    intake = Intake(author_key=KEY, max_text=100)
    letter, again, elsewhere = (
        intake.admit(b"{oops", origin="posts.jsonl", position=position, received=START)
        for position in ("7", "7", "8")
    )
    assert isinstance(letter, DeadLetter)
    assert letter == again
    assert (letter.origin, letter.position, letter.payload) == ("posts.jsonl", "7", b"{oops")
    assert letter.reason.startswith("the line is not JSON")
    assert elsewhere.id != letter.id


def test_a_cut_line_is_a_dead_letter_even_if_its_beginning_reads_well() -> None:
    """What is missing cannot be known."""
    intake = Intake(author_key=KEY, max_text=100)
    assert isinstance(intake.admit(raw(), origin="f", position="1", received=START), Post)
    letter = intake.admit(raw(), origin="f", position="1", received=START, cut=True)
    assert isinstance(letter, DeadLetter)
    assert letter.reason == f"the line is longer than {len(raw())} bytes"
