"""What the classifier's bench says of what it measured."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from tests.bench.classifier.chart import chart
from tests.bench.classifier.contenders import FIXED, GOALS, MIXED, Contender, Goal, Load
from tests.bench.classifier.figures import Life, Turn, Verdict, rows, verdict
from tests.bench.classifier.measure import Measured, Plan, sequence
from tests.bench.classifier.report import Occasion, Sheet, as_json, page, sheets, trust

DEFAULT, FAST, PIPELINE = Contender.DEFAULT, Contender.FAST, Contender.PIPELINE
LOAD = Load(32, 24)
SVG = "{http://www.w3.org/2000/svg}"


def a_turn(contender: Contender, rate: float, *, round_: int = 0, load: Load = LOAD) -> Turn:
    """Return a turn of four calls at this rate."""
    return Turn(contender=contender, load=load, round=round_, calls=(load.batch / rate,) * 4)


def everything() -> Measured:
    """Return what two rounds of three contenders and of the whole classifier leave."""
    turns = [
        a_turn(contender, rate * factor, round_=round_, load=load)
        for round_, factor in enumerate((1.0, 0.9))
        for load in FIXED
        for contender, rate in ((DEFAULT, 400.0), (FAST, 760.0), (PIPELINE, 60.0))
    ]
    turns += [
        replace(a_turn(Contender.WHOLE, 100 + 100 * load.copies, load=load), spared=spared)
        for load, spared in zip(MIXED, (0, 128), strict=True)
    ]
    lives = [
        Life(contender=one, starts=(2.0, 1.5, 1.75), peak_bytes=300 * 2**20, pieces=17.25)
        for one in (DEFAULT, FAST, PIPELINE, Contender.WHOLE)
    ]
    return Measured(lives, turns)


OCCASION = Occasion(
    day=date(2026, 11, 22),
    command="make bench-classifier",
    machine="a machine",
    software="Python",
    models={DEFAULT: "vigie 1"},
)


def sheet_of(title: str, measured: Measured | None = None) -> Sheet:
    """Return the table of this title."""
    return next(one for one in sheets(measured or everything()) if one.title == title)


def column(sheet: Sheet, name: str) -> Sequence[str]:
    """Return the cells under this head."""
    return [line[sheet.columns.index(name)] for line in sheet.lines]


def test_rivals_are_compared_within_a_round() -> None:
    """While the machine slows down to half, the ratio stays what it is."""
    turns = [
        a_turn(contender, rate / (1 + round_), round_=round_)
        for round_ in range(3)
        for contender, rate in ((DEFAULT, 400), (PIPELINE, 100))
    ]
    default, pipeline = rows(turns, LOAD)
    assert (default.median, default.best, default.of_default) == (200, 400, 1.0)
    assert pipeline.of_default == pytest.approx(0.25)


def test_without_the_default_there_is_no_ratio() -> None:
    """Whoever leaves it out still sees the rest."""
    assert [row.of_default for row in rows([a_turn(FAST, 760)], LOAD)] == [None]


def test_only_turns_under_the_same_load_are_compared() -> None:
    """Another length has nothing to do with it."""
    turns = [a_turn(DEFAULT, 400), a_turn(DEFAULT, 120, load=Load(32, 64))]
    assert [row.best for row in rows(turns, LOAD)] == [400]


def test_latencies_are_those_of_all_calls() -> None:
    """One slow call in a hundred is not in the p95, and ten are."""
    quick, slow = (0.01,) * 90, (1.0,) * 10
    turn = replace(a_turn(DEFAULT, 1), calls=quick)
    (row,) = rows([turn, replace(turn, calls=slow)], LOAD)
    assert (row.p50, row.p95) == (0.01, 1.0)


@pytest.mark.parametrize(
    ("rates", "said"),
    [
        ((380, 390), Verdict.MET),
        ((300, 370, 390), Verdict.AT_BEST),
        ((370, 379), Verdict.MISSED),
    ],
)
def test_a_goal_is_met_by_the_median(rates: Sequence[float], said: Verdict) -> None:
    """A single good round is said as such."""
    turns = [a_turn(DEFAULT, rate, round_=round_) for round_, rate in enumerate(rates)]
    assert verdict(rows(turns, LOAD)[0], Goal(DEFAULT, LOAD, 380)) is said


def test_goals_stand_beside_what_was_reached() -> None:
    """With a line for each of them, also where nobody measured."""
    assert column(sheet_of("Goals, in comments/s"), "median") == ["380", "380", "722"]
    without = Measured([], [a_turn(DEFAULT, 400)])
    said = column(sheet_of("Goals, in comments/s", without), "")
    assert said == ["met", "not measured", "not measured"]
    assert len(said) == len(GOALS)


def test_every_table_has_a_cell_per_column() -> None:
    """On the terminal as on the page."""
    found = list(sheets(everything()))
    assert len(found) == 1 + len(FIXED) + 2
    for sheet in found:
        assert {len(line) for line in sheet.lines} == {len(sheet.columns)}
        assert sheet.for_terminal().row_count == len(sheet.lines)


def test_the_whole_classifier_tells_what_the_cache_spared() -> None:
    """Half of 64 texts in four calls are 128."""
    sheet = sheet_of("The whole classifier: texts in, batches of 64, mixed lengths")
    assert column(sheet, "from the cache") == ["0 %", "50 %"]


def test_a_process_tells_start_memory_and_pieces() -> None:
    """The start is the median of all, memory in MiB."""
    first = sheet_of("Each process").lines[0]
    assert first[1:] == ("1.8", "1.5 to 2.0", "300", "17.2")


def test_figures_of_a_busy_machine_are_not_to_be_kept() -> None:
    """The page says so itself."""
    found = everything()
    assert "again" not in trust(found)
    busy = Measured([], [replace(turn, others_cores=0.8) for turn in found.turns])
    assert trust(busy).startswith("Other programs took 0.80 cores")
    assert "again" in trust(busy)


def test_the_page_holds_occasion_picture_tables_and_what_they_mean() -> None:
    """Nothing of the template stays to be filled in."""
    written = page(everything(), OCCASION, picture="speed.svg")
    assert "](speed.svg)" in written
    assert "2026-11-22, `make bench-classifier`" in written
    assert "| Vigie fast, ORT int8 | 722 | 760 | 1.90 | 44 ms |" in written
    assert "## What is measured" in written
    assert "$" not in written


def test_json_holds_every_call() -> None:
    """So that somebody else can compute other figures."""
    told = as_json(everything(), OCCASION)
    assert told["day"] == "2026-11-22"
    assert [len(turn["calls"]) for turn in told["turns"]] == [4] * 26
    assert {process["contender"] for process in told["processes"]} >= {"default", "pipeline"}


def test_bars_are_on_one_scale_with_their_numbers() -> None:
    """Twice as fast is twice as long, in every panel."""
    root = ET.fromstring(chart(everything().turns))  # noqa: S314 - our own
    bars = [
        float(one.attrib["width"]) for one in root.iter(f"{SVG}rect") if one.get("height") == "18"
    ]
    assert len(bars) == 3 * len(FIXED)
    assert bars[1] == pytest.approx(bars[0] * 760 / 400, abs=0.1)
    assert bars[:3] == bars[3:6]
    texts = [one.text for one in root.iter(f"{SVG}text")]
    assert texts.count("722") == texts.count("380") == len(FIXED)
    assert "Batch 32, 24 pieces" in texts


def test_rivals_follow_one_another_there_and_back() -> None:
    """Nobody always comes after the slowest; the whole classifier has loads of its own."""
    asked = list(sequence([DEFAULT, PIPELINE, Contender.WHOLE], 2))
    assert asked[:2] == [(0, FIXED[0], DEFAULT), (0, FIXED[0], PIPELINE)]
    half = len(asked) // 2
    assert asked[half : half + 2] == [(1, FIXED[0], PIPELINE), (1, FIXED[0], DEFAULT)]
    assert [load for _, load, one in asked if one is Contender.WHOLE] == [*MIXED, *MIXED]
    plan = Plan(starts=3, rounds=2, seconds=1, threads=2)
    assert plan.steps([DEFAULT, PIPELINE, Contender.WHOLE]) == 9 + len(asked)
