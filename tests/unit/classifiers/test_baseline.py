"""The baseline learns what it is shown, and says nothing of what it was not."""

import numpy as np

from classifiers.evaluation.baseline import fit_baseline
from classifiers.evaluation.examples import Example
from classifiers.evaluation.suite import count_near, read_suite
from classifiers.training.data import CLEAN, UNKNOWN, WEAK_WEIGHT, Row

GOOD, BAD = "merci pour cette belle idée", "espèce de sale crétin"


def rows() -> list[Row]:
    """Return French rows with both labels, and English ones of one kind only."""
    french = [
        Row(
            f"{BAD if n % 2 else GOOD} {n}", "fr", "s", dev=False,
            sentiment=0 if n % 2 else 2, labels=(n % 2, *UNKNOWN[1:]),
        )
        for n in range(40)
    ]  # fmt: skip
    weak = [
        Row(f"il fait beau {n}", "fr", "common_voice_fr", dev=False, labels=CLEAN,
            label_weight=WEAK_WEIGHT)
        for n in range(10)
    ]  # fmt: skip
    english = [Row(f"so {n}", "en", "s", dev=False, labels=(1, *UNKNOWN[1:])) for n in range(9)]
    return [*french, *weak, *english]


def test_it_tells_what_it_was_shown() -> None:
    """Words and letter sequences, so that a spelling error does not hide them."""
    said = fit_baseline(rows(), seed=1).probabilities(
        [Example(text, "fr") for text in (GOOD, BAD, "sale cretins", "il fait beau")]
    )
    toxic = said.toxicity[:, 0]
    assert toxic[1] > 0.5 > toxic[0]
    assert toxic[2] > 0.5 > toxic[3]
    assert said.sentiment[:2].argmax(1).tolist() == [2, 0]
    np.testing.assert_allclose(said.sentiment.sum(1), 1.0, rtol=1e-5)


def test_what_it_cannot_learn_is_unknown() -> None:
    """One kind of label teaches nothing, no row of a language less still."""
    said = fit_baseline(rows(), seed=1).probabilities([Example("so", "en"), Example("hola", "es")])
    assert all(np.isnan(part).all() for part in said)
    assert np.isnan(fit_baseline(rows(), seed=1).probabilities([Example(BAD, "fr")]).target).all()


def test_the_same_seed_gives_the_same_baseline() -> None:
    """It is measured again with every model."""
    one, same = (fit_baseline(rows(), seed=1).probabilities([Example(BAD, "fr")]) for _ in range(2))
    np.testing.assert_array_equal(one.toxicity, same.toxicity)


def test_a_training_text_like_a_case_of_the_suite_is_found() -> None:
    """Case, signs and a word more do not hide it."""
    suite = read_suite()
    copied = next(one.text for one in suite if len(one.text) > 80)
    learned = ["il fait beau ce matin à Rennes", f"{copied.upper()} !!"]
    assert count_near(learned, suite) == 1
