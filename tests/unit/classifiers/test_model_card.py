"""The model card says what the figures say, in both languages, and nothing else."""

import re
import string
from dataclasses import replace
from functools import cache

import msgspec
import numpy as np
import pytest

from classifiers.engines import Probabilities
from classifiers.evaluation import card_en, card_fr
from classifiers.evaluation.card import Card
from classifiers.evaluation.examples import Example
from classifiers.evaluation.figures import Evaluation, Part, Pieces, Report, Slice, Training
from classifiers.evaluation.functions import failures
from classifiers.evaluation.judged import Judged
from classifiers.evaluation.measure import measure
from classifiers.evaluation.tables import grids
from classifiers.evaluation.wording import NARROW, NOT_MEASURABLE, FigureWording
from classifiers.manifest import Head, Manifest, Threshold
from vigie.domain.assessment import Category, ModelRef

HEADINGS = re.compile("^#+ ", re.MULTILINE)
LIMITS = {(category, "fr"): 0.9 for category in Category}
MODEL = ModelRef("tiny", "1.2.3")
TRAINING = Training(
    seed=17, steps=1_234, examples=59_232, minutes=129.6, rows=700_123, own_rows=7_000, layers=12,
    vocabulary=59_647, mixture={"fr own": 0.2, "en toxicity": 0.8}, note="On one machine.",
)  # fmt: skip


def some_dev() -> list[Example]:
    """Return French and English texts of three sources with every kind of label."""
    return [
        Example(
            f"texte {n}",
            "en" if n % 3 == 2 else "fr",
            ("own:talk", "mlma", "ftr")[n % 3 if n % 3 < 2 else 1 + n % 2],
            sentiment=n % 3,
            labels=(n % 2, n % 2, 0, 0, 0, 1 if n % 6 == 0 else 0),
            target=n % 3,
        )
        for n in range(300)
    ]


def some_suite(hidden: int) -> list[Example]:
    """Return cases of counter-speech; *hidden* of them will be hidden."""
    return [
        Example(
            f"cas | {n}", "fr", "counter_speech", function="quotes" if n % 2 else "quebec_benign",
            labels=(0,) * 6, sentiment=0, variety="" if n >= hidden else "hidden",
        )
        for n in range(100)
    ]  # fmt: skip


def answers(
    examples: list[Example], target: tuple[float, float, float] = (0.1, 0.6, 0.3)
) -> Probabilities:
    """Return scores by the row's number, and 0.95 for what is to be hidden."""
    chance = np.random.default_rng(3)
    said = Probabilities.unknown(len(examples))
    said.toxicity[:] = chance.random((len(examples), 6)) * 0.8
    hidden = [one.variety == "hidden" for one in examples]
    said.toxicity[np.array(hidden), 0] = 0.95
    said.sentiment[:] = chance.dirichlet([1, 1, 1], len(examples))
    said.target[:] = target
    return said


def report(
    examples: list[Example],
    data: str = "dev",
    model: ModelRef = MODEL,
    target: tuple[float, float, float] = (0.1, 0.6, 0.3),
) -> Report:
    """Return the figures of those answers."""
    said = answers(examples, target)
    judged = Judged(examples, said, said)
    return measure(judged, model=model, data=data, thresholds=LIMITS, seed=1)


@cache
def an_evaluation() -> Evaluation:
    """Return an evaluation of a model that does not exist."""
    suite = some_suite(hidden=0)
    said = answers(suite)
    return Evaluation(
        dev=report(some_dev()),
        suite=report(suite, "suite"),
        baseline=report(some_dev()[:240], model=ModelRef("tf-idf", "1")),
        failures=failures(Judged(suite, said, said), LIMITS, shown=3),
        compared=20_000,
        near=3,
        pieces=[Pieces("fr", 10_000, 2), Pieces("en", 30_000, 1)],
        megabytes=41.25,
        training=TRAINING,
    )


MANIFEST = Manifest(
    id="tiny",
    version="1.2.3",
    sha256={},
    max_pieces=80,
    sentiments=("negative", "neutral", "positive"),
    categories=tuple(Category),
    heads=(
        Head(
            category=Category.TOXIC, language="fr", positives=4_321, available=True,
            threshold=Threshold(
                value=0.91234, supported=True, negatives=883, false_alarms=1, upper_rate=0.00639,
                plain_negatives=3_163, plain_false_alarms=6,
            ),
        ),
        Head(category=Category.SEXUAL, language="fr", positives=0, available=False),
    ),
)  # fmt: skip


def card(language: str, evaluation: Evaluation | None = None) -> str:
    """Return a card with plain spaces."""
    return Card(evaluation or an_evaluation(), MANIFEST, language).text().replace(NARROW, " ")


def fields(text: str) -> set[str]:
    """Return the names of what is put into *text*."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_say_the_same_things() -> None:
    """As many sections, with the same figures put in."""
    assert card_en.TEXTS.keys() == card_fr.TEXTS.keys()
    for key, text in card_en.TEXTS.items():
        assert fields(text) == fields(card_fr.TEXTS[key]), key
    for key, header in card_en.HEADERS.items():
        assert len(header) == len(card_fr.HEADERS[key])
    assert HEADINGS.findall(card("en")) == HEADINGS.findall(card("fr"))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_figure_stands_in_the_sentences(language: str) -> None:
    """Whatever is measured is put in; only names, rates aimed at and definitions hold digits."""
    allowed = (
        r"F1|e5-small|2\.0|BY-SA|TICO-19|dyn21|ken20|0[.,]2 %|1 %|0[.,]5|95 %|× 100|5-grams|5 car"
    )
    allowed += r"|15 bins|15 classes|500|read as 0|comme 0|float32|8 bits"
    texts = (card_fr if language == "fr" else card_en).TEXTS
    rest = {key: re.sub(allowed, "", " ".join(text.split())) for key, text in texts.items()}
    assert {key for key, text in rest.items() if re.search(r"\d", text)} == set()


def test_the_card_holds_the_figures_of_the_report() -> None:
    """Value and interval, as each language writes them."""
    (figures,) = (
        one
        for one in an_evaluation().dev.heads
        if (one.category, one.slice) == (Category.TOXIC, Slice("fr", Part.PUBLIC))
    )
    assert figures.auc is not None
    value, low, high = (
        f"{100 * one:.1f}" for one in (figures.auc.value, figures.auc.low, figures.auc.high)
    )
    assert f"{value} [{low}–{high}]" in card("en")
    assert f"{value} [{low}–{high}]".replace(".", ",") in card("fr")


def test_every_number_of_the_tables_comes_from_the_report() -> None:
    """The summary's cells are the reports' own figures: baseline, before rounding, and model."""
    float32 = report(some_dev()[:200])
    trained = msgspec.structs.replace(TRAINING, float32=float32)
    said = card("en", msgspec.structs.replace(an_evaluation(), training=trained))
    (line,) = (line for line in said.splitlines() if line.startswith("| fr, toxic, all: AUC |"))
    figures = [
        next(
            one.auc
            for one in some.heads
            if (one.category, one.slice) == (Category.TOXIC, Slice("fr"))
        )
        for some in (an_evaluation().baseline, float32, an_evaluation().dev)
    ]
    cells = " | ".join(map(FigureWording("en").points, figures))
    assert line == f"| fr, toxic, all: AUC | {cells} |"


def test_the_verdict_counts_what_is_flagged_whoever_is_attacked() -> None:
    """That nobody is attacked spares a text, and makes its score no less wrong."""
    suite = report(some_suite(hidden=2), "suite", target=(0.6, 0.1, 0.3))
    said = card("en", msgspec.structs.replace(an_evaluation(), suite=suite))
    assert "2 of 100 harmless cases reach a hide threshold (0 of them" in said
    assert "above the goal" in said


@pytest.mark.parametrize(("hidden", "goal"), [(1, "within the goal"), (2, "above the goal")])
def test_the_verdict_on_counter_speech_follows_the_figures(hidden: int, goal: str) -> None:
    """One of a hundred is the goal; two are above it."""
    suite = report(some_suite(hidden), "suite")
    said = card("en", msgspec.structs.replace(an_evaluation(), suite=suite))
    assert f"**counter_speech**: {hidden} of 100 harmless cases" in said
    assert goal in said


def test_a_head_that_rests_on_our_own_texts_is_told_apart() -> None:
    """French sexual harassment has only positives of our own here."""
    common, rare = card("en").split("### Rare heads")
    assert "| fr | sexual | all |" not in common
    assert "| fr | sexual | all |" in rare
    assert "| fr | toxic | all |" not in rare
    assert "| fr | toxic | all |" in common


def test_thresholds_come_with_their_evidence() -> None:
    """A head that does not ship has none."""
    expected = "| fr | toxic | 4,321 | 0.9123 | 1 / 883 | 0.64% | 6 / 3,163 | yes |"
    assert expected in card("en")
    assert "| fr | toxique | 4 321 | 0,9123 | 1 / 883 | 0,64 % | 6 / 3 163 | oui |" in card("fr")
    assert "| fr | sexual | 0 |" not in card("en")


def test_failures_are_shown_without_breaking_the_table() -> None:
    """A text may hold the sign that parts cells."""
    lines = [line for line in card("en").splitlines() if line.startswith("| called abuse |")]
    assert len(lines) == 3
    assert all("cas \\| " in line for line in lines)


def test_training_is_told_as_it_was_recorded_or_not_at_all() -> None:
    """Nothing is made up for a model whose run left no record."""
    assert "59,232 texts in 1,234 steps of 130 minutes" in card("en")
    assert "drawn, some many times, from 700,123 (7,000 of our own)" in card("en")
    assert "fr own 20%, en toxicity 80%. On one machine." in card("en")
    unknown = msgspec.structs.replace(an_evaluation(), training=None)
    assert "not recorded" in card("en", unknown)
    assert "n’est pas notée" in card("fr", unknown)


def test_unknown_pieces_are_told() -> None:
    """3 of 40,000."""
    assert "0.007% of all; by language: fr 0.020%, en 0.003%" in card("en")


def test_what_nothing_can_show_has_no_section() -> None:
    """A report without targets and silences has no empty tables."""
    bare = msgspec.structs.replace(an_evaluation().dev, classes=[], silences=[])
    said = card("en", msgspec.structs.replace(an_evaluation(), dev=bare))
    assert "## Who is attacked" not in said
    assert "## Where it says nothing" not in said


def test_french_has_its_typography() -> None:
    """Decimal commas, narrow spaces before the signs that take one."""
    said = Card(an_evaluation(), MANIFEST, "fr").text()
    assert f"«{NARROW}–{NARROW}»" in said
    assert f"95{NARROW}%" in said
    assert " ;" not in said.replace(f"{NARROW};", "")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_table_can_be_said(language: str) -> None:
    """All words of all tables are known in both languages, and rows are as long as headers."""
    examples = [*some_dev(), replace(some_dev()[0], language="es", labels=(None,) * 6)]
    said = answers(examples)
    said.sentiment[-1] = np.nan
    judged = Judged(examples, said, said)
    found = measure(judged, model=MODEL, data="dev", thresholds=LIMITS, seed=1)
    tables = grids(found, FigureWording(language))
    assert len(tables) == 8
    for table in tables:
        assert {len(row) for row in table.rows} == {len(table.header)}


def test_what_cannot_be_measured_is_a_dash() -> None:
    """Not a nought, and not an empty cell."""
    say = FigureWording("fr")
    assert say.points(None) == say.share(None) == NOT_MEASURABLE
