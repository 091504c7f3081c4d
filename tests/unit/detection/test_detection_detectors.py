"""Each detector on windows made by hand."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from vigie.detection.baseline import Expected
from vigie.detection.detectors.against import Against
from vigie.detection.detectors.raid import Raid, most_copied
from vigie.detection.detectors.reach import Reach
from vigie.detection.detectors.theme import Theme, surprise
from vigie.detection.detectors.thread import Thread
from vigie.detection.detectors.volume import Volume
from vigie.detection.prevailing import prevailing
from vigie.detection.recent import Detail
from vigie.detection.sketch import bands, sketch
from vigie.detection.tally import Counts
from vigie.detection.vocabulary import MOST, Vocabulary
from vigie.detection.window import Seen, Window
from vigie.domain.incident import Nature, Signal, SignalKind
from vigie.domain.watch import Measured, Threshold

KNOWN = Expected(posts=10.0, against=1.0, known=True)
COPIES = "Sourcebelle ment, ne donnez plus rien à Sourcebelle, faites tourner ce message"


def a_post(number: int, nature: Nature = Nature.CRITICISM, **fields: object) -> Seen:
    """Return one of the newest posts, by an account of its own."""
    plain: dict[str, object] = {
        "id": f"practice:{number}", "published": float(number), "thread": "", "source": "page",
        "author": f"a{number}", "followers": -1, "young": False, "sketch": b"", "terms": (),
    }  # fmt: skip
    return Seen(Detail(**(plain | fields)), nature)  # type: ignore[arg-type]


def a_window(*posts: Seen, rarity: float = 0.0, expected: Expected = KNOWN) -> Window:
    """Return a window of these posts, in which everything measured is this rare."""
    against = sum(post.nature is Nature.CRITICISM for post in posts)
    return Window(
        Counts(posts=len(posts), criticism=against),
        expected,
        expected,
        rarity=lambda _measured, _excess: rarity,
        newest=lambda: list(posts),
        vocabulary=Vocabulary(posts=500.0),
    )


def test_once_in_is_the_length_of_the_window_over_its_probability() -> None:
    """One quarter of an hour in a thousand: every ten days."""
    window = a_window(a_post(1), rarity=3.0)
    assert window.once_in(Measured.VOLUME) == timedelta(minutes=15_000)


def test_nothing_is_rare_without_a_normal() -> None:
    """However rare it would be."""
    window = a_window(*map(a_post, range(30)), rarity=6.0, expected=Expected())
    threshold = Threshold(posts=5, volume_once_in=timedelta(days=1))
    assert Volume().detect(window, threshold, ease=1.0) is None


def test_volume_and_against_ask_for_rarity() -> None:
    """Both say how seldom it is."""
    window = a_window(*map(a_post, range(30)), rarity=4.0)
    days = timedelta(days=60)
    volume = Volume().detect(window, Threshold(posts=5, volume_once_in=days), ease=1.0)
    against = Against().detect(window, Threshold(posts=5, against_once_in=days), ease=1.0)
    for found in (volume, against):
        assert found is not None
        assert found.once_in_s == 15 * 60 * 10**4
        assert found.window_s == 900
    rarer = Threshold(posts=5, volume_once_in=timedelta(days=200))
    assert Volume().detect(window, rarer, ease=1.0) is None


def test_the_share_against_is_judged_by_its_lower_end() -> None:
    """Eight of ten are at least 49 %; eight of forty at least 10 %."""
    few = a_window(*map(a_post, range(8)), a_post(8, Nature.OTHER), a_post(9, Nature.OTHER))
    many = a_window(*map(a_post, range(8)), *(a_post(n, Nature.OTHER) for n in range(8, 40)))
    threshold = Threshold(posts=5, against_share=0.3)
    assert Against().detect(few, threshold, ease=1.0) is not None
    assert Against().detect(many, threshold, ease=1.0) is None


def test_a_thread_is_named_and_needs_enough_posts_of_its_own() -> None:
    """Posts elsewhere do not count for it."""
    posts = [a_post(n, thread="runaway" if n % 2 else f"t{n}") for n in range(20)]
    window = a_window(*posts, rarity=5.0)
    threshold = Threshold(posts=10, thread_once_in=timedelta(days=28))
    found = Thread().detect(window, threshold, ease=1.0)
    assert found is not None
    assert (found.subject, found.count) == ("runaway", 10)
    eleven = Threshold(posts=11, thread_once_in=timedelta(days=28))
    assert Thread().detect(window, eleven, ease=1.0) is None


def test_a_large_account_that_thanks_us_is_no_signal() -> None:
    """Only what is against the watch."""
    threshold = Threshold(posts=1, reach=500_000)
    kind = a_window(a_post(1, Nature.SUPPORT, followers=2_000_000))
    harsh = a_window(a_post(1, followers=2_000_000), a_post(2, followers=3))
    assert Reach().detect(kind, threshold, ease=1.0) is None
    found = Reach().detect(harsh, threshold, ease=1.0)
    assert found is not None
    assert (found.count, found.subject) == (1, "a1")


def test_new_accounts_weigh_twice_in_a_raid_and_one_account_once() -> None:
    """Five new accounts are as many as ten; ten copies by one account are one."""
    mark = sketch(COPIES)
    young = [a_post(n, sketch=mark, young=True) for n in range(5)]
    same = [a_post(n, sketch=mark, author="one") for n in range(10)]
    threshold = Threshold(posts=1, raid=10)
    assert Raid().detect(a_window(*young), threshold, ease=1.0) is not None
    assert Raid().detect(a_window(*same), threshold, ease=1.0) is None


def test_copies_of_thanks_are_no_raid() -> None:
    """Many share one sentence of support."""
    posts = [a_post(n, Nature.SUPPORT, sketch=sketch(COPIES)) for n in range(30)]
    assert most_copied(posts) == []


def test_near_copies_are_told_from_other_texts() -> None:
    """A word more, an exclamation mark, capitals: still a copy; another sentence is none."""
    original = set(enumerate(bands(sketch(COPIES.casefold()))))
    for changed in (COPIES + " !!!", COPIES.upper() + " vite", "Alerte : " + COPIES):
        assert original & set(enumerate(bands(sketch(changed.casefold()))))
    other = "le puits de valmont donne enfin de l'eau claire, bravo aux bénévoles de la région"
    assert not original & set(enumerate(bands(sketch(other))))


def test_a_text_too_short_to_tell_has_no_sketch() -> None:
    """« Honte ! » by a hundred people is no copy."""
    assert sketch("honte !") == b""


def test_a_theme_is_a_word_of_many_accounts_that_was_not_usual() -> None:
    """Neither the watch's own word, nor one that a single account repeats."""
    posts = [a_post(n, terms=("puits", "plainte")) for n in range(8)]
    repeated = [a_post(n, author="one", terms=("arnaque",)) for n in range(20)]
    window = a_window(*posts, *repeated)
    window.vocabulary.held["puits"] = 450.0
    found = Theme().detect(window, Threshold(posts=1, theme=6), ease=1.0)
    assert found is not None
    assert (found.subject, found.count) == ("plainte", 8)


def test_no_word_is_new_before_anything_was_read() -> None:
    """On the first day all are."""
    window = a_window(*(a_post(n, terms=("plainte",)) for n in range(9)))
    window.vocabulary.posts = 20.0
    assert Theme().detect(window, Threshold(posts=1, theme=6), ease=1.0) is None


@given(st.integers(0, 400), st.floats(0.01, 100))
def test_surprise_is_never_below_nothing_and_grows_with_the_count(count: int, usual: float) -> None:
    """As a bound on a probability must."""
    assert 0 <= surprise(count, usual) <= surprise(count + 1, usual) + 1e-9


def test_the_vocabulary_stays_small_and_keeps_what_is_frequent() -> None:
    """However many words people invent."""
    words = Vocabulary()
    for n in range(3_000):
        words.learn(("puits", f"mot{n}"))
    assert len(words.held) <= MOST
    assert words.held["puits"] == 3_000


def test_prevailing_is_what_most_of_the_unusual_posts_do() -> None:
    """Three criticisms among thirty cries of sorrow are not what it is about."""
    expected = Expected(posts=5.0, against=1.0)

    def nature(**counts: int) -> Nature:
        return prevailing(Window(Counts(**counts), expected))

    assert nature(posts=38, information=30, criticism=3) is Nature.INFORMATION
    assert nature(posts=40, support=30, information=5) is Nature.SUPPORT
    assert nature(posts=40, criticism=20, attacks=8) is Nature.CRITICISM
    assert nature(posts=40, criticism=8, attacks=20) is Nature.ATTACK
    assert nature(posts=40, support=8, information=9, faults=2) is Nature.OTHER


def test_a_signal_that_counts_posts_against_us_says_what_it_is_about() -> None:
    """One post by a very large account among a hundred thanks."""
    window = Window(Counts(posts=100, support=99, criticism=1), Expected(posts=5.0))
    signal = Signal(SignalKind.REACH, 1, 100, 0.0, 0.0, 0.1)
    assert prevailing(window, (signal,)) is Nature.CRITICISM
