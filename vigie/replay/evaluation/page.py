"""The figures as tables, in their place on a page that people write."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Final

from vigie.domain.incident import Level
from vigie.errors import Misconfigured
from vigie.replay.evaluation.benchmark import Benchmark
from vigie.replay.evaluation.cost import Cost
from vigie.replay.evaluation.figures import Figures
from vigie.replay.evaluation.histories import WEEKS as HABIT_WEEKS
from vigie.replay.evaluation.histories import Histories, Lasting, MidCrisis, Twice
from vigie.replay.evaluation.intervals import figure, mean, median, ninth, share
from vigie.replay.evaluation.library import WEEKS, Lived, Played
from vigie.replay.evaluation.natures import Told
from vigie.replay.evaluation.overlay import Laid, Overlay
from vigie.replay.scenarios.crises import CRISES, OTHERS, Scenario

BEGIN: Final = "<!-- figures: written by make eval-detection -->"
END: Final = "<!-- end of the figures -->"

_PUBLISHED: Final = {
    "standard": ("81.9", "71.2"),
    "low false positives": ("70.0", "70.6"),
}
"""ARTime and contextOSE on the same five series, by the benchmark's own runs."""
_VOLUMES: Final = (10.0, 100.0, 1_000.0, 10_001.0)
_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)


def write_page(figures: Figures, page: str) -> str:
    """Return the page with the figures between its marks.

    Raises:
        Misconfigured: it has no such marks.
    """
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        message = f"the page needs a line {BEGIN} and, below it, a line {END}"
        raise Misconfigured(message)
    return head + BEGIN + "\n\n" + "\n".join(_sections(figures)) + "\n" + END + tail


def _sections(figures: Figures) -> Iterator[str]:
    yield from _benchmark(figures.benchmark)
    yield from _calm(figures.lived)
    played = [one for lived in figures.lived for one in lived.played]
    yield from _crises(played)
    yield from _others(played)
    yield from _causes(played)
    yield from _deaf(figures.lived)
    yield from _habits(figures.histories.lasting)
    yield from _pasts(figures.histories)
    yield from _overlay(figures.overlay)
    yield from _natures(figures.natures)
    yield from _cost(figures.cost)


def _table(*rows: Sequence[str]) -> Iterator[str]:
    head, *body = rows
    yield _row(head)
    yield _row(["---"] * len(head))
    yield from map(_row, body)
    yield ""


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _benchmark(measured: Benchmark) -> Iterator[str]:
    yield "### The Numenta Anomaly Benchmark\n"
    yield (
        f"{measured.series} series of brand mentions, {measured.rows:,} five-minute counts, one"
        " setting for all. An alarm is a score of 0.5 or more; the best threshold is the one"
        " that suits these very series, as the benchmark reports it.\n"
    )
    yield from _table(
        ("profile", "at 0.5", "windows found", "false alarms", "best threshold", "ARTime",
         "contextOSE"),
        *(
            (
                one.profile,
                f"**{one.published.score:.1f}**",
                f"{one.published.found} of {one.published.windows}",
                str(one.published.false),
                f"{one.best.score:.1f} at {one.best_at:.3f}",
                *_PUBLISHED[one.profile],
            )
            for one in measured.scored
        ),
    )  # fmt: skip


def _calm(lived: Sequence[Lived]) -> Iterator[str]:
    weeks = len(lived) * WEEKS
    yield "### Calm\n"
    yield (
        f"{len(lived)} watches of 7 to 10,000 posts a day, {WEEKS} weeks each from their first"
        f" minute on: {weeks} watch-weeks. A page is an incident of ORANGE or more.\n"
    )
    yield from _table(
        ("posts a day", "watches", "false pages per watch and 4 weeks", "watches without any",
         "incidents on the board per week", "false silences per 4 weeks"),
        *((name, *_calm_row(group)) for name, group in _by_volume(lived)),
    )  # fmt: skip


def _by_volume(lived: Sequence[Lived]) -> Iterator[tuple[str, Sequence[Lived]]]:
    """Yield all watches, then those of each order of magnitude of posts a day."""
    yield "all", lived
    for low, high in zip((0.0, *_VOLUMES[1:-1]), _VOLUMES[1:], strict=True):
        group = [one for one in lived if low <= one.per_day < high]
        if group:
            yield f"{low:.0f} to {high:,.0f}", group


def _calm_row(lived: Sequence[Lived]) -> tuple[str, ...]:
    pages = [4 * len(one.calm.pages) / WEEKS for one in lived]
    return (
        str(len(lived)),
        figure(pages, mean, digits=2),
        share(sum(not count for count in pages), len(pages)),
        figure([one.calm.incidents / WEEKS for one in lived], mean, digits=2),
        figure([4 * one.calm.silences / WEEKS for one in lived], mean, digits=2),
    )


def _crises(played: Sequence[Played]) -> Iterator[str]:
    yield "### Crises\n"
    yield (
        "Somebody is paged; delay from the onset, in minutes of event time and in posts of the"
        " crisis. Median and ninth decile, with bootstrap intervals.\n"
    )
    names = [scenario.name for scenario in CRISES]
    rows = [(name, [one for one in played if one.scenario == name]) for name in names]
    rows.append(("**all**", [one for one in played if one.scenario in names]))
    yield from _table(
        ("crisis", "paged", "minutes, median", "minutes, 90 %", "posts, median", "posts, 90 %",
         "nature told right"),
        *((name, *_crisis_row(group)) for name, group in rows if group),
    )  # fmt: skip


def _crisis_row(group: Sequence[Played]) -> tuple[str, ...]:
    delays = [one.delay / _MINUTE for one in group if one.delay is not None]
    after = [float(one.after) for one in group if one.paged]
    return (
        share(sum(one.paged for one in group), len(group)),
        figure(delays, median),
        figure(delays, ninth),
        figure(after, median),
        figure(after, ninth),
        share(sum(_right(one) for one in group if one.paged), len(after)),
    )


def _right(one: Played) -> bool:
    """Say whether the nature is the scenario's; a hostile crisis may be called an attack."""
    wanted = _scenario(one).nature.value
    return one.nature is not None and one.nature.value in {wanted, "attack"}


def _scenario(one: Played) -> Scenario:
    return next(scenario for scenario in (*CRISES, *OTHERS) if scenario.name == one.scenario)


def _others(played: Sequence[Played]) -> Iterator[str]:
    yield "### What is no crisis about us\n"
    rows = [(one.name, [p for p in played if p.scenario == one.name]) for one in OTHERS]
    yield from _table(
        ("event", "paged", "on the board", "nature told right, of those"),
        *(
            (
                name,
                share(sum(one.paged for one in group), len(group)),
                share(len(shown := [one for one in group if one.level > Level.VERT]), len(group)),
                share(sum(one.nature is _scenario(one).nature for one in shown), len(shown)),
            )
            for name, group in rows
            if group
        ),
    )


def _causes(played: Sequence[Played]) -> Iterator[str]:
    crises = [one for one in played if _scenario(one).pages and one.paged]
    again = sum(one.again for one in crises)
    yield "### Cause\n"
    yield (
        f"Each crisis that was found was replayed without its stated cause: an alarm came again in"
        f" {share(again, len(crises))}. A cause has"
        f" {figure([float(one.cause) for one in crises], median)} posts (median;"
        f" {figure([float(one.cause) for one in crises], ninth)} at most in nine of ten),"
        f" {figure([100 * one.cause / one.of for one in crises], median)} % of what the crisis"
        " brought in all.\n"
    )


def _deaf(lived: Sequence[Lived]) -> Iterator[str]:
    yield "### Silence\n"
    yield (
        "From some minute on nothing comes at all, at midnight after the calm weeks, for two weeks:"
        " hours until it is told that listening is cut.\n"
    )
    yield from _table(
        ("posts a day", "told", "hours, median", "hours, 90 %"),
        *((name, *_deaf_row(group)) for name, group in _by_volume(lived)),
    )


def _deaf_row(lived: Sequence[Lived]) -> tuple[str, ...]:
    hours = [one.deaf / _HOUR for one in lived if one.deaf is not None]
    return (
        share(len(hours), len(lived)),
        figure(hours, median, digits=1),
        figure(hours, ninth, digits=1),
    )


def _habits(lasting: Sequence[Lasting]) -> Iterator[str]:
    yield "### Habits\n"
    yield (
        "What is unusual the first time and comes again and again, on watches of 30, 100, 300 and"
        " 1,000 posts a day; nobody takes it on. Pages in each week of it, of all four watches"
        " together, calm traffic included.\n"
    )
    names = list(dict.fromkeys(one.habit for one in lasting))
    yield from _table(
        ("habit", *(f"week {n + 1}" for n in range(HABIT_WEEKS)), "on the board, last week"),
        *((name, *_habit_row([one for one in lasting if one.habit == name])) for name in names),
    )


def _habit_row(group: Sequence[Lasting]) -> tuple[str, ...]:
    weeks = [sum(one.pages[n] for one in group) for n in range(HABIT_WEEKS)]
    return (*map(str, weeks), str(sum(one.incidents[-1] for one in group)))


def _pasts(histories: Histories) -> Iterator[str]:
    yield "### A second crisis\n"
    yield (
        "An accusation of one size twice, three weeks apart; and a watch created an hour after one"
        " began, which sees another a week later.\n"
    )
    groups = [
        (name, [one for one in histories.twice if one.taken is taken])
        for name, taken in (("a person took the first one on", True), ("nobody did", False))
    ]
    yield from _table(
        ("watch", "first paged", "second paged"),
        *((name, *_pair(group)) for name, group in groups),
        ("created in mid-crisis", *_pair(histories.mid_crisis)),
    )


def _pair(group: Sequence[Twice] | Sequence[MidCrisis]) -> tuple[str, str]:
    first, second = (sum(one.first for one in group), sum(one.second for one in group))
    return share(first, len(group)), share(second, len(group))


def _overlay(measured: Overlay) -> Iterator[str]:
    yield "### A real stream\n"
    yield (
        f"{measured.posts:,} tweets on the train disaster of Lac-Mégantic (2013, French and"
        f" English) over {measured.days:.0f} days, {measured.fullest} in the fullest quarter"
        " of an hour, laid over the calm of watches three weeks old. The nature is that of the"
        " first incident with a volume signal; pages are all that were told while the stream"
        " lasts, and those that the same calm brings alone.\n"
    )
    volumes = list(dict.fromkeys(one.per_day for one in measured.laid))
    groups = [(v, [one for one in measured.laid if one.per_day == v]) for v in volumes]
    yield from _table(
        ("posts a day", "volume signal", "minutes after the first tweet", "nature", "pages",
         "pages without the stream"),
        *((f"{volume:.0f}", *_laid_row(group)) for volume, group in groups),
    )  # fmt: skip


def _laid_row(group: Sequence[Laid]) -> tuple[str, ...]:
    told = Counter(one.nature.value for one in group if one.nature)
    return (
        share(told.total(), len(group)),
        figure([one.first / _MINUTE for one in group if one.first is not None], median),
        ", ".join(f"{nature} {count}" for nature, count in told.most_common()),
        str(sum(one.pages for one in group)),
        str(sum(one.without for one in group)),
    )


def _natures(told: Sequence[Told]) -> Iterator[str]:
    yield "### Nature of single posts\n"
    yield from _table(
        ("texts", "should be", "told so", "told to be"),
        *(
            (
                one.source,
                " or ".join(nature.value for nature in one.wanted),
                share(one.right, one.n),
                ", ".join(
                    f"{nature.value} {count}"
                    for nature, count in sorted(one.told.items(), key=lambda item: -item[1])
                ),
            )
            for one in told
        ),
    )


def _cost(measured: Cost) -> Iterator[str]:
    yield "### Cost\n"
    yield (
        f"Tally and judgement take {measured.per_second:,.0f} assessments per second on one core,"
        f" in full batches; {measured.in_crisis:,.0f} of a watch that gets 256 a minute, half of"
        " them against it, since its cause is looked for each time."
        f" Of {measured.watches:,} watches of 10 to 10,000 posts a day the table"
        f" holds {measured.median / 1000:.1f} kB each (median), {measured.most / 1000:.0f} kB in 95"
        f" of 100, {measured.largest / 1000:.0f} kB at most.\n"
    )
