"""From answers to figures: what is measured on which texts, and what cannot be."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from classifiers.engines import Probabilities
from classifiers.evaluation.examples import Example
from classifiers.evaluation.figures import HeadFigures, Part, Report, Slice, write_figures
from classifiers.evaluation.functions import failures
from classifiers.evaluation.hiding import Thresholds
from classifiers.evaluation.judged import Judged
from classifiers.evaluation.measure import measure
from classifiers.training.data import UNKNOWN
from vigie.domain.assessment import Category, ModelRef

MODEL = ModelRef("tiny", "1")


def labelled(toxic: int | None) -> tuple[int | None, ...]:
    """Return labels that know the toxic head only."""
    return (toxic, *UNKNOWN[1:])


def answers(
    toxic: list[float], sentiment: list[int] | None = None, target: list[int] | None = None
) -> Probabilities:
    """Return what a model says that is 80 % sure of its classes."""
    said = Probabilities.unknown(len(toxic))
    said.toxicity[:, 0] = toxic
    for part, classes in ((said.sentiment, sentiment), (said.target, target)):
        if classes is not None:
            part[:] = 0.1
            part[np.arange(len(toxic)), classes] = 0.8
    return said


def report(
    examples: list[Example], said: Probabilities, thresholds: Thresholds | None = None
) -> Report:
    """Return the figures of *said*."""
    judged = Judged(examples, said, said)
    return measure(judged, model=MODEL, data="dev", thresholds=thresholds or {}, seed=1)


def head(of: Report, part: Slice) -> HeadFigures:
    """Return the toxic head's figures on a part."""
    (found,) = (one for one in of.heads if one.slice == part and one.category is Category.TOXIC)
    return found


def test_figures_are_by_language_origin_source_and_variety() -> None:
    """Our own texts resemble the training texts, so they never stand in for those of others."""
    examples = [
        Example(f"{language} {source} {n}", language, source, labels=labelled(n % 2),
                variety="slang" if n < 2 else "")
        for language in ("fr", "en")
        for source in ("mlma", "ftr", "own:talk")[: 3 if language == "fr" else 1]
        for n in range(4)
    ]  # fmt: skip
    said = answers([0.9 * (one.label(Category.TOXIC) or 0) for one in examples])
    parts = [one.slice for one in report(examples, said).heads]
    assert parts == [
        Slice("fr"),
        Slice("fr", Part.PUBLIC),
        Slice("fr", Part.OWN),
        Slice("fr", Part.SOURCE, "ftr"),
        Slice("fr", Part.SOURCE, "mlma"),
        Slice("fr", Part.VARIETY, "slang"),
        Slice("en"),
        Slice("en", Part.VARIETY, "slang"),
    ]


def test_what_few_negatives_cannot_show_is_not_told() -> None:
    """0.2 % takes 500 negatives, 1 % takes 100; the counts are told beside them."""
    for negatives, measured in ((99, [False, False]), (100, [False, True]), (500, [True, True])):
        examples = [
            Example(f"{n}", "fr", labels=labelled(int(n < 10))) for n in range(negatives + 10)
        ]
        said = answers([0.9 if n < 10 else 0.1 for n in range(negatives + 10)])
        figures = head(report(examples, said), Slice("fr"))
        assert (figures.positives, figures.negatives) == (10, negatives)
        assert [one.found is not None for one in figures.recalls] == measured


def test_a_calibration_error_takes_ten_rows_a_bin() -> None:
    """With fewer it is mostly chance."""
    for rows, measured in ((149, False), (150, True)):
        examples = [Example(f"{n}", "fr", labels=labelled(n % 2), sentiment=0) for n in range(rows)]
        found = report(examples, answers([0.5] * rows, sentiment=[0] * rows))
        assert (head(found, Slice("fr")).calibration_error is not None) is measured
        assert (found.classes[0].calibration_error is not None) is measured
        assert len(found.reliability) == 2 * measured


def test_one_kind_alone_has_no_f1_and_no_area() -> None:
    """A source of hate only says how much is found, not how well it is told from the rest."""
    examples = [Example(f"{n}", "fr", labels=labelled(1)) for n in range(20)]
    figures = head(report(examples, answers([0.9] * 20)), Slice("fr"))
    assert (figures.macro_f1, figures.best_macro_f1, figures.auc) == (None, None, None)


def test_a_silent_head_is_counted_not_measured() -> None:
    """Unknown is neither right nor wrong."""
    examples = [Example(f"{n}", "es", labels=labelled(n % 2), sentiment=n % 3) for n in range(6)]
    said = answers([0.9, np.nan, 0.9, np.nan, np.nan, 0.1])
    found = report(examples, said)
    assert (found.heads[0].positives, found.heads[0].negatives) == (1, 2)
    assert {one.head: one.rows for one in found.silences} == {"sentiment": 6, "toxic": 3}
    assert found.classes == []


def test_the_confusion_counts_true_by_said() -> None:
    """Two positives are called neutral."""
    truth, said = [0, 0, 1, 2, 2, 2], [0, 0, 1, 2, 1, 1]
    examples = [Example(f"{n}", "fr", sentiment=one) for n, one in enumerate(truth)]
    (figures,) = report(examples, answers([np.nan] * 6, sentiment=said)).classes
    assert figures.confusion == [[2, 0, 0], [0, 1, 0], [0, 2, 1]]
    assert figures.macro_f1 is not None
    assert figures.macro_f1.value == pytest.approx((1 + 0.5 + 0.5) / 3)


def test_half_is_judged_by_a_calibration_that_has_not_seen_the_text() -> None:
    """The area under the curve needs none: it depends on the order alone."""
    examples = [Example(f"{n}", "fr", labels=labelled(n % 2)) for n in range(10)]
    said = answers([0.9 if n % 2 else 0.1 for n in range(10)])
    unseen = answers([0.9 if n % 2 else 0.6 for n in range(10)])
    judged = Judged(examples, said, unseen)
    found = measure(judged, model=MODEL, data="dev", thresholds={}, seed=1)
    figures = head(found, Slice("fr"))
    assert figures.auc is not None
    assert figures.macro_f1 is not None
    assert figures.auc.value == 1.0
    assert figures.macro_f1.value == pytest.approx(1 / 3)


def test_hiding_takes_a_threshold_and_somebody_attacked() -> None:
    """Hate that is quoted reaches the threshold and attacks nobody."""
    nobody, person = 0, 1
    examples = [
        Example("vous êtes des ordures", "fr", labels=labelled(1)),
        Example("« ordures » : voilà ce qu'on nous écrit", "fr", labels=labelled(0)),
        Example("merci", "fr", labels=labelled(0)),
        Example("you scum", "en", labels=labelled(1)),
    ]
    said = answers([0.95, 0.95, 0.1, 0.95], target=[person, nobody, nobody, person])
    found = report(examples, said, {(Category.TOXIC, "fr"): 0.9})
    (hiding,) = found.hiding
    assert hiding.slice == Slice("fr")
    assert (hiding.abusive.hits, hiding.harmless.hits, hiding.harmless.of) == (1, 0, 2)
    figures = head(found, Slice("fr"))
    assert figures.alarms is not None
    assert (figures.alarms.hits, figures.alarms.of) == (1, 2)
    assert head(found, Slice("en")).found is None


def test_a_model_without_target_head_can_hide() -> None:
    """As the policy does with the model that ships so far."""
    examples = [Example("vous êtes des ordures", "fr", labels=labelled(1))]
    found = report(examples, answers([0.95]), {(Category.TOXIC, "fr"): 0.9})
    assert found.hiding[0].abusive.hits == 1


def test_functions_have_their_own_figures_and_those_of_their_file() -> None:
    """Right at one half; flagged at the hide threshold."""
    cases = [("irony", 0), ("irony", 0), ("insult", 1), ("", 1)]
    examples = [
        Example(f"{n}", "fr", "suite", function=function, labels=labelled(toxic))
        for n, (function, toxic) in enumerate(cases)
    ]
    found = report(examples, answers([0.1, 0.95, 0.6, 0.9]), {(Category.TOXIC, "fr"): 0.9})
    figures = {
        (one.function, one.abusive): (one.right.hits, one.right.of, one.flagged.hits)
        for one in found.functions
    }
    assert figures == {
        ("irony", False): (1, 2, 1),
        ("insult", True): (1, 1, 0),
        ("", False): (1, 2, 1),
        ("", True): (1, 1, 0),
    }


def test_failures_are_the_worst_of_each_kind() -> None:
    """What the card shows of them is what the model gets most wrong."""
    examples = [
        Example(name, "fr", labels=labelled(toxic))
        for name, toxic in (("a", 0), ("b", 0), ("c", 0), ("d", 1), ("e", 1), ("f", 1))
    ]
    said = answers([0.6, 0.9, 0.1, 0.45, 0.8, 0.05])
    judged = Judged(examples, said, said)
    shown = failures(judged, {}, shown=1)
    assert [(one.text, one.abusive, one.toxic) for one in shown] == [
        ("b", False, pytest.approx(0.9)),
        ("f", True, pytest.approx(0.05)),
    ]
    assert len(failures(judged, {}, shown=9)) == 4


def test_the_report_survives_its_file(tmp_path: Path) -> None:
    """The card and the pictures are made from the JSON, which keeps more digits than they tell."""
    examples = [Example(f"{n}", "fr", labels=labelled(n % 2), sentiment=n % 3) for n in range(200)]
    said = answers([n / 200 for n in range(200)], sentiment=[n % 2 for n in range(200)])
    found = report(examples, said, {(Category.TOXIC, "fr"): 0.9})
    write_figures(tmp_path / "figures.json", found)
    read = msgspec.json.decode((tmp_path / "figures.json").read_bytes(), type=Report)
    once_more = tmp_path / "again.json"
    write_figures(once_more, read)
    assert once_more.read_bytes() == (tmp_path / "figures.json").read_bytes()
    (auc,), (kept,) = ([one.auc for one in some.heads] for some in (found, read))
    assert auc is not None
    assert kept is not None
    assert kept.value == pytest.approx(auc.value, abs=1e-5)
