"""Rows, masks, weights, sampling and noise: what the model is shown and what it is not told."""

import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest

from classifiers.training.data import (
    CATEGORIES,
    CLEAN,
    ONE_SIDED_WEIGHT,
    OWN,
    SENTIMENTS,
    SHARE_ALIKE_SOURCES,
    TARGETS,
    WEAK_WEIGHT,
    Row,
    is_harsh,
    own_rows,
    plain_rows,
    sentiment_rows,
    toxicity_rows,
)
from classifiers.training.noise import damaged, in_short_forms, without_accents
from classifiers.training.sampling import (
    BATCHES_PER_BLOCK,
    DISTILLING,
    SHARES,
    Sampler,
    drawn_from,
    group_of,
)
from vigie.domain.assessment import Category

UNKNOWN: dict[str, int | None] = dict.fromkeys([*CATEGORIES, "spam"])


def write(folder: Path, name: str, *rows: dict[str, Any]) -> None:
    """Write one data file."""
    with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)


def toxic_row(source: str, language: str = "fr", **labels: int) -> dict[str, Any]:
    """Return a row of the toxicity file."""
    return {
        "text": f"un texte de {source}",
        "lang": language,
        "source": source,
        "split": "train",
        "labels": {**UNKNOWN, **labels},
    }


def test_an_unknown_label_stays_unknown(tmp_path: Path) -> None:
    """Null is never read as 0, and spam is no head of the model."""
    write(tmp_path, "toxicity", toxic_row("a", toxic=1, spam=1))
    (row,) = toxicity_rows(tmp_path)
    assert row.labels == (1, None, None, None, None, None)


def test_a_source_that_calls_nothing_harmless_weighs_less(tmp_path: Path) -> None:
    """Learned whole, it would teach that its subject is toxic."""
    rows = [toxic_row("one-sided", toxic=1), toxic_row("fair", toxic=1), toxic_row("fair", toxic=0)]
    write(tmp_path, "toxicity", *rows)
    assert [row.label_weight for row in toxicity_rows(tmp_path)] == [ONE_SIDED_WEIGHT, 1.0, 1.0]


@pytest.mark.parametrize(
    ("language", "label", "text", "clean"),
    [
        ("fr", "positive", "merci à tous", True),
        ("fr", "neutral", "la réunion est à midi", True),
        ("fr", "negative", "quelle honte", False),
        ("fr", "positive", "putain c'est beau", False),
        ("en", "positive", "thanks", False),
    ],
)
def test_kind_french_rows_are_weakly_not_toxic(
    tmp_path: Path, *, language: str, label: str, text: str, clean: bool
) -> None:
    """French has hardly any labelled negatives; nobody can vouch for a harsh word."""
    row = {"text": text, "lang": language, "source": "s", "split": "dev", "label": label}
    write(tmp_path, "sentiment", {**row, "weight": 0.3})
    (read,) = sentiment_rows(tmp_path)
    assert (read.labels == CLEAN) is clean
    assert (read.sentiment_weight, read.label_weight, read.dev) == (0.3, WEAK_WEIGHT, True)


def test_everyday_sentences_come_from_chosen_sources_only(tmp_path: Path) -> None:
    """Share-alike sources and rude ones stay out of training."""
    sources = ["common_voice_fr", "libretheatre_fr", *sorted(SHARE_ALIKE_SOURCES)]
    write(tmp_path, "fr_text", *({"text": "Bonjour.", "source": source} for source in sources))
    write(
        tmp_path,
        "enfr_parallel",
        {"en": "Hello.", "fr": "Bonjour.", "source": "tatoeba_en_fr"},
        {"en": "Shit!", "fr": "Zut !", "source": "tatoeba_en_fr"},
    )
    rows = plain_rows(tmp_path)
    assert {row.source for row in rows} == {"common_voice_fr", "tatoeba_en_fr"}
    assert [row.text for row in rows if row.language == "en"] == ["Hello."]
    assert all(row.labels == CLEAN for row in rows)


def test_nobody_vouches_for_the_sexual_head() -> None:
    """Everyday sentences say nothing of a head that has no data."""
    assert CLEAN[CATEGORIES.index(Category.SEXUAL)] is None


def test_a_harsh_word_is_seen_as_a_word() -> None:
    """« con » is harsh, « content » is not."""
    assert is_harsh("Quel con !")
    assert not is_harsh("Je suis content du concert")


def test_the_halves_of_a_pair_are_twins_on_the_same_side(tmp_path: Path) -> None:
    """A translation in training would give its dev original away."""
    pairs = [
        {"en": f"Hello number {n}.", "fr": f"Bonjour numéro {n}.", "source": "tatoeba_en_fr"}
        for n in range(200)
    ]
    write(tmp_path, "fr_text")
    write(tmp_path, "enfr_parallel", *pairs)
    rows = plain_rows(tmp_path)
    side = {row.text: row.dev for row in rows}
    assert all(row.twin is not None and side[row.twin] == row.dev for row in rows)
    assert 0 < sum(side.values()) < len(side) / 10


def test_what_is_no_hate_is_weakly_not_toxic_unless_harsh(tmp_path: Path) -> None:
    """Such sources name the same groups on both sides, which teaches that a name is no attack."""
    rows = [
        {**toxic_row("dyn21", "en", identity_attack=0), "text": text}
        for text in ("muslims are our neighbours", "my dealer is an asshole")
    ]
    write(tmp_path, "toxicity", *rows)
    kind, harsh = toxicity_rows(tmp_path)
    assert (kind.labels, kind.label_weight) == (CLEAN, WEAK_WEIGHT)
    assert harsh.toxic is None


def test_who_is_attacked_is_taken_only_from_labels_that_leave_no_doubt(tmp_path: Path) -> None:
    """An insult alone may be aimed at one or at many."""
    rows = [
        toxic_row("s", toxic=0),
        toxic_row("s", toxic=1, identity_attack=1),
        toxic_row("s", toxic=1, insult=1),
    ]
    write(tmp_path, "toxicity", *rows)
    assert [row.target for row in toxicity_rows(tmp_path)] == [
        TARGETS.index("nobody"), TARGETS.index("group"), None,
    ]  # fmt: skip


def test_own_texts_know_every_label() -> None:
    """They were written for it; whoever attacks attacks somebody, and only they do."""
    rows = own_rows()
    assert len(rows) > 4_000
    for row in rows:
        assert row.source.startswith(OWN)
        assert None not in (row.sentiment, row.target, *row.labels)
        assert (row.target == TARGETS.index("nobody")) == (row.toxic == 0), row.text
    assert {row.sentiment for row in rows} == set(range(len(SENTIMENTS)))
    assert 0.08 < sum(row.dev for row in rows) / len(rows) < 0.17


def test_no_own_text_is_written_twice() -> None:
    """A text on both sides of the split would measure memory."""
    texts = [row.text for row in own_rows()]
    assert len(set(texts)) == len(texts)


def some_rows() -> list[Row]:
    """Return rows of three groups."""
    toxic = tuple(1 if category is Category.TOXIC else None for category in CATEGORIES)
    return [
        *(Row(f"insulte {n}", "fr", "s", dev=False, labels=toxic) for n in range(40)),
        *(Row(f"tweet {n}", "en", "s", dev=False, sentiment=n % 3) for n in range(300)),
        *(Row(f"phrase {n}", "fr", "common_voice_fr", dev=False, labels=CLEAN, label_weight=0.4)
          for n in range(90)),
    ]  # fmt: skip


def test_every_row_has_its_group() -> None:
    """The mixture counts by language and kind."""
    assert [group_of(row) for row in some_rows()[::60]] == [
        "fr toxic", *["en sentiment"] * 5, "fr plain", "fr plain",
    ]  # fmt: skip


def test_what_is_never_drawn_is_not_counted_as_learned_from() -> None:
    """Sentences without any label serve the shallow network only."""
    unlabelled = Row("Va au diable !", "fr", "libretheatre_fr", dev=False)
    rows = [*some_rows(), unlabelled]
    assert drawn_from(rows, SHARES) == some_rows()
    assert drawn_from(rows, DISTILLING) == rows


def test_a_block_is_drawn_by_seed_and_number_alone() -> None:
    """An interrupted run goes on with the rows that it would have seen."""
    one, other = (Sampler.over(some_rows(), seed=17, batch=8) for _ in range(2))
    length = lambda row: len(row.text)  # noqa: E731 - used four times below
    assert one.block(5, length) == other.block(5, length)
    assert one.block(5, length) != one.block(6, length)
    assert one.block(5, length) != Sampler.over(some_rows(), seed=18, batch=8).block(5, length)


def test_a_group_is_seen_whole_before_a_row_comes_again() -> None:
    """Forty French insults last until each was seen."""
    sampler = Sampler.over(some_rows(), seed=1, batch=8)
    per_block = len([r for r in _flat(sampler, 0) if group_of(r) == "fr toxic"])
    blocks = 40 // per_block
    seen = [r.text for b in range(blocks) for r in _flat(sampler, b) if group_of(r) == "fr toxic"]
    assert len(set(seen)) == len(seen) == blocks * per_block


def _flat(sampler: Sampler, number: int) -> list[Row]:
    return [row for batch in sampler.block(number, lambda row: len(row.text)) for row in batch]


def test_batches_have_their_size() -> None:
    """All batches but a last one are full."""
    batches = Sampler.over(some_rows(), seed=1, batch=8).block(0, lambda row: len(row.text))
    assert sorted(map(len, batches), reverse=True)[:BATCHES_PER_BLOCK] == [8] * BATCHES_PER_BLOCK


def seeded(seed: int) -> random.Random:
    """Return the same chance every time."""
    return random.Random(seed)  # noqa: S311 - no secret


def test_noise_is_drawn_by_seed_and_spares_most_rows() -> None:
    """The same seed damages the same rows in the same way."""
    texts = [f"C'était très émouvant, numéro {n}" for n in range(300)]
    first, again = ([damaged(text, seeded(3)) for text in texts] for _ in range(2))
    assert first == again
    chance = seeded(3)
    changed = sum(damaged(text, chance) != text for text in texts)
    assert 60 <= changed <= 120


def test_short_texts_are_never_damaged() -> None:
    """One letter may be the whole meaning."""
    chance = seeded(1)
    assert all(damaged("pas mal", chance) == "pas mal" for _ in range(200))


def test_every_kind_of_damage_leaves_a_text() -> None:
    """Whatever is typed, something is left to read."""
    chance = seeded(2)
    texts = {damaged("Putain, c'est pas vrai, vous êtes QUI ?", chance) for _ in range(400)}
    assert len(texts) > 40
    assert all(text.strip() for text in texts)


def test_small_words_are_shortened_as_in_a_text_message() -> None:
    """« Je sais pas quoi faire » loses letters, not words."""
    text = "je ne sais pas quoi faire pour toi"
    written = {in_short_forms(text, seeded(seed)) for seed in range(60)}
    assert "j ne c pa koi faire pr twa" in written
    assert all(len(one.split()) == len(text.split()) for one in written)


def test_accents_are_stripped_and_nothing_else() -> None:
    """As many people type."""
    assert without_accents("Ça a été très œuvré") == "Ca a ete tres œuvre"
