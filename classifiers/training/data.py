"""The labelled and unlabelled texts as rows with targets, weights and masks.

Knows the files of ``../shared/data`` and nothing of tensors. An unknown label is None from here to
the loss, where it is masked: it is never read as 0.
"""

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from classifiers.text import normalise
from classifiers.training.written import written_negatives
from vigie.domain.assessment import Category

CATEGORIES: Final = tuple(Category)
#: The labels of a row that says nothing of toxicity.
UNKNOWN: Final[tuple[int | None, ...]] = (None,) * len(CATEGORIES)
SENTIMENTS: Final = ("negative", "neutral", "positive")

#: Sentences nobody labelled, read as not toxic with this weight against 1 for a labelled row.
WEAK_WEIGHT: Final = 0.4
#: Weight of a toxic row from a source that labels no row of that language as not toxic: learned
#: whole, such a source teaches that its subject (often a group of people) is toxic by itself.
ONE_SIDED_WEIGHT: Final = 0.5

#: Everyday, formal and helpful sentences. Left out on purpose: share-alike sources, and theatre,
#: jokes, novels and film subtitles, which insult freely and which nobody labelled.
PLAIN_SOURCES: Final = frozenset(
    {
        "common_voice_fr",
        "assemblee_nationale_fr",
        "african_storybook_fr",
        "tatoeba_en_fr",
        "xpersona_chat_en_fr",
        "chat_interface_en_fr",
        "tico19_en_fr",
        "african_storybook_en_fr",
        "xrisawoz_dialogues_en_fr",
    }
)
SHARE_ALIKE_SOURCES: Final = frozenset(
    {
        "diabla_chat_en_fr",
        "wiktionary_words_en_fr",
        "ud_french_gsd",
        "ud_french_parisstories",
        "ud_french_rhapsodie",
    }
)
#: Every fiftieth unlabelled sentence is kept from training for the thresholds.
_PLAIN_DEV_SHARE: Final = 50
_WORD: Final = re.compile(r"\w+")
_HARSH_WORDS: Final = """
con cons conne connard connards connasse pute putes putain salope salopes enculé enculés
merde merdes bâtard batard salaud salauds ordure ordures crétin crétins imbécile imbéciles
débile débiles abruti abrutis idiot idiots idiote foutre niquer nique pédé pédés bougnoule
nègre nègres negro youpin cul bite couilles stupide tuer tuerai stupid fuck fucking fucked
shit bitch bastard asshole moron morons damn whore slut dick kill retard
"""
_HARSH: Final = frozenset(_HARSH_WORDS.split())


@dataclass(frozen=True, slots=True)
class Row:
    """One text with what is known of it.

    ``sentiment`` is an index into ``SENTIMENTS``, ``labels`` follow ``CATEGORIES``; None is
    unknown. The two weights scale the row's part of the two losses.
    """

    text: str
    language: str
    source: str
    dev: bool
    sentiment: int | None = None
    sentiment_weight: float = 1.0
    labels: tuple[int | None, ...] = UNKNOWN
    label_weight: float = 1.0

    @property
    def toxic(self) -> int | None:
        """The label of the head that says "toxic"."""
        return self.labels[CATEGORIES.index(Category.TOXIC)]


#: Not toxic in any way, except that nobody can say it of the sexual head, which no source covers.
CLEAN: Final = tuple(None if category is Category.SEXUAL else 0 for category in CATEGORIES)


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of one ``.jsonl.gz`` file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def toxicity_rows(folder: Path) -> list[Row]:
    """Return the rows of ``toxicity.jsonl.gz``; spam is found by rules elsewhere and dropped."""
    raw = list(read_rows(folder / "toxicity.jsonl.gz"))
    fair = {(row["source"], row["lang"]) for row in raw if row["labels"]["toxic"] == 0}
    return [
        Row(
            text=normalise(row["text"]),
            language=row["lang"],
            source=row["source"],
            dev=row["split"] == "dev",
            labels=tuple(row["labels"][category] for category in CATEGORIES),
            label_weight=_label_weight(row, one_sided=(row["source"], row["lang"]) not in fair),
        )
        for row in raw
    ]


def _label_weight(row: dict[str, Any], *, one_sided: bool) -> float:
    return ONE_SIDED_WEIGHT if one_sided and row["labels"]["toxic"] == 1 else 1.0


def sentiment_rows(folder: Path) -> list[Row]:
    """Return the rows of ``sentiment.jsonl.gz``; French ones not negative are also not toxic."""
    return [
        Row(
            text=normalise(row["text"]),
            language=row["lang"],
            source=row["source"],
            dev=row["split"] == "dev",
            sentiment=SENTIMENTS.index(row["label"]),
            sentiment_weight=row["weight"],
            labels=CLEAN if _is_weakly_clean(row) else UNKNOWN,
            label_weight=WEAK_WEIGHT,
        )
        for row in read_rows(folder / "sentiment.jsonl.gz")
    ]


def _is_weakly_clean(row: dict[str, Any]) -> bool:
    return row["lang"] == "fr" and row["label"] != "negative" and not is_harsh(row["text"])


def plain_rows(folder: Path) -> list[Row]:
    """Return everyday sentences in both languages as weakly not toxic."""
    texts = ((row["text"], "fr", row["source"]) for row in read_rows(folder / "fr_text.jsonl.gz"))
    pairs = (
        (row[language], language, row["source"])
        for row in read_rows(folder / "enfr_parallel.jsonl.gz")
        for language in ("fr", "en")
    )
    return [
        Row(normalise(text), language, source, _is_dev(text), labels=CLEAN,
            label_weight=WEAK_WEIGHT)
        for origin in (texts, pairs)
        for text, language, source in origin
        if source in PLAIN_SOURCES and not is_harsh(text)
    ]  # fmt: skip


def written_rows() -> list[Row]:
    """Return the sentences written for the project; none of them is used to measure anything."""
    return [
        Row(text, language, "written_by_template", dev=False, labels=CLEAN)
        for text, language in written_negatives()
    ]


def is_harsh(text: str) -> bool:
    """Say whether *text* holds a word too harsh to be read as not toxic without a label."""
    return not _HARSH.isdisjoint(_WORD.findall(text.lower()))


def _is_dev(text: str) -> bool:
    """Say by the text alone whether a sentence is kept from training, so that pairs may differ."""
    digest = blake2b(text.encode("utf-8", "replace"), digest_size=4).digest()
    return int.from_bytes(digest, "big") % _PLAIN_DEV_SHARE == 0


def every_text(folder: Path) -> Iterator[str]:
    """Yield every text of the data, normalised, for the choice of the vocabulary."""
    fields = {
        "toxicity": ("text",),
        "sentiment": ("text",),
        "fr_text": ("text",),
        "enfr_parallel": ("en", "fr"),
    }
    for name, keys in fields.items():
        for row in read_rows(folder / f"{name}.jsonl.gz"):
            yield from (normalise(row[key]) for key in keys)
