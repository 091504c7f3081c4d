"""The cut of the base's 250,000 word pieces to those that our texts can use.

Works on the tokeniser's JSON and on piece numbers only. Most of the base's weights are embeddings
of pieces that our texts never use; every single character and every emoji stays, so that no text
in a script we read becomes unreadable by the cut. Only the ten thousand ideographs and syllables of
Chinese, Japanese and Korean go, where no text of ours uses them: they would cost 5 MB.
"""

import copy
import json
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tokenizers import Tokenizer

#: How SentencePiece writes a space in front of a piece.
_SPACE: Final = "\u2581"
_CHUNK: Final = 4_096
#: How the Unicode names of the characters begin that stay only where a text uses them.
_FOREIGN: Final = ("CJK", "HANGUL")


def used_pieces(tokenizer: "Tokenizer", texts: Iterable[str]) -> set[int]:
    """Return the numbers of the pieces that *tokenizer* uses on *texts*."""
    used: set[int] = set()
    chunk: list[str] = []
    for text in texts:
        chunk.append(text)
        if len(chunk) == _CHUNK:
            used.update(_pieces_of(tokenizer, chunk))
            chunk = []
    used.update(_pieces_of(tokenizer, chunk))
    return used


def _pieces_of(tokenizer: "Tokenizer", texts: list[str]) -> set[int]:
    encoded = tokenizer.encode_batch_fast(texts, add_special_tokens=False)
    return {piece for one in encoded for piece in one.ids}


def _always_kept(piece: str) -> bool:
    """Say whether *piece* stays although no text of ours uses it."""
    letters = piece.removeprefix(_SPACE)
    if len(letters) == 1:
        return not unicodedata.name(letters, "").startswith(_FOREIGN)
    return not letters or any(unicodedata.category(letter) == "So" for letter in letters)


def choose_pieces(
    vocabulary: Sequence[tuple[str, float]],
    used: set[int],
    special: set[int],
) -> list[int]:
    """Return the numbers to keep, ascending, so that the first special pieces keep theirs."""
    return [
        number
        for number, (piece, _score) in enumerate(vocabulary)
        if number in used or number in special or _always_kept(piece)
    ]


def cut_tokenizer(tokenizer: dict[str, Any], kept: Sequence[int]) -> dict[str, Any]:
    """Return the tokeniser's JSON with only the pieces *kept*, renumbered from 0 in that order.

    The special pieces named in ``added_tokens`` and in the post-processor must be among *kept*.
    """
    number = {old: new for new, old in enumerate(kept)}
    cut = copy.deepcopy({key: value for key, value in tokenizer.items() if key != "model"})
    model = dict(tokenizer["model"])
    model["vocab"] = [tokenizer["model"]["vocab"][old] for old in kept]
    model["unk_id"] = number[model["unk_id"]]
    cut["model"] = model
    for token in cut.get("added_tokens", []):
        token["id"] = number[token["id"]]
    for token in (cut.get("post_processor") or {}).get("special_tokens", {}).values():
        token["ids"] = [number[old] for old in token["ids"]]
    return cut


def cut_vocabulary(source: Path, target: Path, texts: Iterable[str]) -> list[int]:
    """Write the cut tokeniser of *source* to *target* and return the base's row of each piece."""
    from tokenizers import Tokenizer  # noqa: PLC0415 - heavy, and only this function needs it

    whole = json.loads(source.read_text("utf-8"))
    special = {token["id"] for token in whole["added_tokens"]}
    used = used_pieces(Tokenizer.from_file(str(source)), texts)
    kept = choose_pieces(whole["model"]["vocab"], used, special)
    target.write_text(json.dumps(cut_tokenizer(whole, kept), ensure_ascii=False), "utf-8")
    return kept
