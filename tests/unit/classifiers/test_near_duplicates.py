"""What is measured on has no near duplicate in what is trained on."""

import json
from pathlib import Path

from classifiers.training.data import Row
from classifiers.training.near_duplicates import near_duplicates
from classifiers.training.splits import apart, suite_texts

MEASURED = [
    "Le directeur de l'association a démissionné hier soir, apprend-on de source sûre.",
    "On m'a traitée de tous les noms parce que je porte un foulard.",
]


def test_a_text_with_one_word_changed_is_a_near_duplicate() -> None:
    """So are other capitals, other signs and other spaces."""
    texts = [
        "LE DIRECTEUR de l'association a démissionné hier soir apprend-on de source sûre !!!",
        "Le directeur de l'association a démissionné ce soir, apprend-on de source sûre.",
        "Le directeur du théâtre a été réélu, la salle applaudit.",
        "Hier soir, il a plu sur toute la Bretagne.",
    ]
    assert near_duplicates(texts, MEASURED) == {0, 1}


def test_a_text_of_emoji_is_compared_as_it_is() -> None:
    """Texts without any letter are not all alike."""
    assert near_duplicates(["😂😂😂", "🙏", "ok", ""], ["🙏", "OK!"]) == {1, 2}


def test_train_rows_lose_the_near_duplicates_of_dev_rows(tmp_path: Path) -> None:
    """And the comparison is made once."""
    rows = [
        Row(MEASURED[0], "fr", "s", dev=True),
        Row(f"{MEASURED[0]} !", "fr", "s", dev=False),
        Row("Il pleut sur la plage de galets.", "fr", "s", dev=False),
    ]
    assert [row.text for row in apart(rows, tmp_path)] == ["Il pleut sur la plage de galets."]
    (kept,) = tmp_path.glob("near-duplicates-*.json")
    assert json.loads(kept.read_text("utf-8")) == [0]


def test_the_suite_of_behaviours_is_read_whole() -> None:
    """Its texts are kept apart from training like dev rows."""
    texts = suite_texts()
    assert len(texts) >= 1_100
    assert len(set(texts)) == len(texts)
