"""The functional suite of the repository, and the proof that nothing like it was trained on.

It was written before the model was trained, and is never trained or tuned on.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from classifiers.evaluation.examples import Example, read_examples
from classifiers.training.near_duplicates import near_duplicates
from classifiers.training.splits import SUITE


def read_suite(folder: Path = SUITE) -> list[Example]:
    """Return the cases of every file ``<name>_<language>.jsonl``; the name is their source."""
    examples = []
    for path in sorted(folder.glob("*.jsonl")):
        name, _, language = path.stem.rpartition("_")
        cases = read_examples(path, language=language)
        examples += [replace(one, source=name) for one in cases]
    return examples


def count_near(trained_on: Sequence[str], cases: Sequence[Example]) -> int:
    """Count the texts *trained_on* that are near duplicates of a case."""
    return len(near_duplicates(trained_on, [one.text for one in cases]))
