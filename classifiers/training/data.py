"""The labelled and unlabelled texts as rows with labels, weights and masks.

Knows the files of ``../shared/data`` and our own texts, and nothing of tensors. An unknown label is
None from here to the loss, where it is masked: it is never read as 0.
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
from vigie.domain.assessment import Category

CATEGORIES: Final = tuple(Category)
#: The labels of a row that says nothing of toxicity.
UNKNOWN: Final[tuple[int | None, ...]] = (None,) * len(CATEGORIES)
SENTIMENTS: Final = ("negative", "neutral", "positive")
#: Who is attacked.
TARGETS: Final = ("nobody", "person", "group")

#: Our own texts, one file per kind.
OWN_TEXTS: Final = Path(__file__).parent / "texts"
OWN: Final = "own"
#: Sentences nobody labelled, read as not toxic with this weight against 1 for a labelled row.
WEAK_WEIGHT: Final = 0.4
#: Weight of a toxic row from a source that labels no row of that language as not toxic: learned
#: whole, such a source teaches that its subject (often a group of people) is toxic by itself.
ONE_SIDED_WEIGHT: Final = 0.5
#: Our own tones were judged by one reader, those of the public tweets by several.
_OWN_TONE_WEIGHT: Final = 0.6

#: Everyday, formal and helpful sentences. Left out on purpose: share-alike sources, and those that
#: insult freely.
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
#: Sentences that insult freely and that nobody labelled: they teach only what a teacher says.
UNLABELLED_SOURCES: Final = frozenset(
    {"libretheatre_fr", "blagues_fr", "framabook_novels_fr", "xed_subtitles_fr"}
)
#: Sources that label hate towards groups only: what they call no hate may still be an insult, but
#: is not toxic for the most part, and names the same groups. It balances their hateful half.
_HATE_ONLY_SOURCES: Final = frozenset({"dyn21", "ken20", "hatemoji_build", "gahd", "ftr", "fox"})

#: One in so many rows is kept from training to measure: French labelled rows are few, and no rate
#: of false alarms can be shown without negatives, so more of them are kept.
_DEV_ONE_IN: Final = {"plain": 50, "own": 8, "fr toxic": 10, "fr not toxic": 4}

_WORD: Final = re.compile(r"\w+")
_HARSH_WORDS: Final = """
con cons conne connard connards connasse pute putes putain salope salopes enculé enculés encule
merde merdes bâtard batard salaud salauds ordure ordures crétin crétins imbécile imbéciles
débile débiles abruti abrutis idiot idiots idiote foutre niquer nique pédé pédés bougnoule
nègre nègres negro youpin cul bite couilles stupide tuer tuerai stupid fuck fucking fucked
shit bitch bitches bastard asshole moron morons damn whore whores hoe hoes slut sluts dick kill
retard retarded nigga niggas nigger faggot fag cunt cunts pussy idiots scum trash hate hates
scheiße scheiss arschloch fotze hure schlampe wichser idioten dumm drecks
"""
_HARSH: Final = frozenset(_HARSH_WORDS.split())


@dataclass(frozen=True, slots=True)
class Row:
    """One text with what is known of it.

    ``sentiment`` and ``target`` are indexes into ``SENTIMENTS`` and ``TARGETS``, ``labels`` follow
    ``CATEGORIES``; None is unknown. The two weights scale the row's part of the losses. ``twin`` is
    the same text in the other language, which must be judged alike.
    """

    text: str
    language: str
    source: str
    dev: bool
    sentiment: int | None = None
    sentiment_weight: float = 1.0
    labels: tuple[int | None, ...] = UNKNOWN
    label_weight: float = 1.0
    target: int | None = None
    twin: str | None = None

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
    return [_toxicity_row(row, one_sided=(row["source"], row["lang"]) not in fair) for row in raw]


def _toxicity_row(raw: dict[str, Any], *, one_sided: bool) -> Row:
    labels = tuple(raw["labels"][category] for category in CATEGORIES)
    toxic = raw["labels"]["toxic"]
    weight = ONE_SIDED_WEIGHT if one_sided and toxic == 1 else 1.0
    if toxic is None and raw["source"] in _HATE_ONLY_SOURCES and not is_harsh(raw["text"]):
        labels, weight = CLEAN, WEAK_WEIGHT
    return Row(
        text=normalise(raw["text"]),
        language=raw["lang"],
        source=raw["source"],
        dev=raw["split"] == "dev" or _is_kept_back(raw["text"], _french_group(raw)),
        labels=labels,
        label_weight=weight,
        target=_target_of(raw["labels"]),
    )


def _french_group(raw: dict[str, Any]) -> str:
    toxic = raw["labels"]["toxic"]
    if raw["lang"] != "fr" or toxic is None:
        return ""
    return "fr toxic" if toxic else "fr not toxic"


def _target_of(labels: dict[str, int | None]) -> int | None:
    """Return who is attacked where the labels leave no doubt."""
    if labels["toxic"] == 0:
        return TARGETS.index("nobody")
    if labels["identity_attack"] == 1:
        return TARGETS.index("group")
    return None


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
    """Return everyday sentences as weakly not toxic; those of the parallel file have a twin."""
    french = [
        _plain_row(normalise(row["text"]), "fr", row["source"])
        for row in read_rows(folder / "fr_text.jsonl.gz")
        if row["source"] in PLAIN_SOURCES and not is_harsh(row["text"])
    ]
    pairs = [
        _plain_row(normalise(row[one]), one, row["source"], twin=normalise(row[other]))
        for row in read_rows(folder / "enfr_parallel.jsonl.gz")
        if row["source"] in PLAIN_SOURCES and not is_harsh(f"{row['en']} {row['fr']}")
        for one, other in (("fr", "en"), ("en", "fr"))
    ]
    return french + pairs


def _plain_row(text: str, language: str, source: str, twin: str | None = None) -> Row:
    # A pair goes to one side whole: the twin that comes first in the alphabet decides.
    dev = _is_kept_back(min(text, twin) if twin else text, "plain")
    return Row(text, language, source, dev, labels=CLEAN, label_weight=WEAK_WEIGHT, twin=twin)


def unlabelled_rows(folder: Path) -> list[Row]:
    """Return French sentences without any label, for a network that learns from another."""
    return [
        Row(normalise(row["text"]), "fr", row["source"], dev=False)
        for row in read_rows(folder / "fr_text.jsonl.gz")
        if row["source"] in UNLABELLED_SOURCES
    ]


def own_rows(folder: Path = OWN_TEXTS) -> list[Row]:
    """Return the texts written for the project, every label of which is known.

    Files are named ``<language>_<kind>.jsonl``; the kind makes the source, ``own:<kind>``.
    """
    rows = []
    for path in sorted(folder.glob("*.jsonl")):
        language, _, kind = path.stem.partition("_")
        with path.open(encoding="utf-8") as lines:
            rows += [_own_row(json.loads(line), language, kind) for line in lines]
    return rows


def _own_row(raw: dict[str, Any], language: str, kind: str) -> Row:
    return Row(
        text=normalise(raw["text"]),
        language=language,
        source=f"{OWN}:{kind}",
        dev=_is_kept_back(raw["text"], "own"),
        sentiment=SENTIMENTS.index(raw["sentiment"]),
        sentiment_weight=_OWN_TONE_WEIGHT,
        labels=tuple(int(category in raw["labels"]) for category in CATEGORIES),
        target=TARGETS.index(raw["target"]),
    )


def is_harsh(text: str) -> bool:
    """Say whether *text* holds a word too harsh to be read as not toxic without a label."""
    return not _HARSH.isdisjoint(_WORD.findall(text.lower()))


def _is_kept_back(text: str, group: str) -> bool:
    """Say by the text alone whether it is kept from training, in the *group*'s share of cases."""
    if group not in _DEV_ONE_IN:
        return False
    digest = blake2b(text.encode("utf-8", "replace"), digest_size=4).digest()
    return int.from_bytes(digest, "big") % _DEV_ONE_IN[group] == 0


def every_text(folder: Path) -> Iterator[str]:
    """Yield every text of the data and our own, normalised, for the choice of the vocabulary."""
    fields = {
        "toxicity": ("text",),
        "sentiment": ("text",),
        "fr_text": ("text",),
        "enfr_parallel": ("en", "fr"),
    }
    for name, keys in fields.items():
        for row in read_rows(folder / f"{name}.jsonl.gz"):
            yield from (normalise(row[key]) for key in keys)
    yield from (row.text for row in own_rows())
