"""The cut of the vocabulary, on a tokeniser of a dozen pieces."""

import json
from pathlib import Path
from typing import Any

import tokenizers

from classifiers.training.vocabulary import choose_pieces, cut_tokenizer, cut_vocabulary

PIECES = [
    ("<s>", 0.0),
    ("<pad>", 0.0),
    ("</s>", 0.0),
    ("<unk>", 0.0),
    ("▁", -3.0),
    ("▁merci", -4.0),
    ("▁danke", -5.0),
    ("m", -6.0),
    ("e", -6.0),
    ("❤️", -7.0),
    ("漢", -8.0),
    ("ci", -8.0),
    ("<mask>", 0.0),
]
SPECIAL = {0, 1, 2, 3, 12}


def a_tokenizer() -> dict[str, Any]:
    """Return a tokeniser's JSON in the layout of the real one."""
    names = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    flags = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {"id": number, "content": name, "special": True, **flags}
            for number, name in zip(sorted(SPECIAL), names, strict=True)
        ],
        "normalizer": None,
        "pre_tokenizer": {
            "type": "Metaspace",
            "replacement": "▁",
            "prepend_scheme": "always",
            "split": True,
        },
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [
                {"SpecialToken": {"id": "<s>", "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": "</s>", "type_id": 0}},
            ],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}],
            "special_tokens": {
                "<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]},
                "</s>": {"id": "</s>", "ids": [2], "tokens": ["</s>"]},
            },
        },
        "decoder": None,
        "model": {"type": "Unigram", "unk_id": 3, "vocab": PIECES, "byte_fallback": False},
    }


def test_used_pieces_single_characters_and_emoji_stay() -> None:
    """A word of a language we never meet goes; what could spell any word of ours stays."""
    kept = choose_pieces(PIECES, {5}, SPECIAL)
    assert [PIECES[number][0] for number in kept] == [
        "<s>", "<pad>", "</s>", "<unk>", "▁", "▁merci", "m", "e", "❤️", "<mask>",
    ]  # fmt: skip


def test_an_ideograph_stays_where_a_text_uses_it() -> None:
    """Only unused ideographs are dropped for size."""
    assert 10 in choose_pieces(PIECES, {10}, SPECIAL)
    assert 10 not in choose_pieces(PIECES, set(), SPECIAL)


def test_pieces_are_renumbered_everywhere() -> None:
    """Vocabulary, added tokens and unknown piece agree on the new numbers."""
    kept = choose_pieces(PIECES, {5}, SPECIAL)
    cut = cut_tokenizer(a_tokenizer(), kept)
    assert cut["model"]["vocab"][5] == ("▁merci", -4.0)
    assert cut["added_tokens"][-1]["id"] == len(kept) - 1
    assert cut["model"]["unk_id"] == 3


def test_cutting_leaves_the_original_alone() -> None:
    """The tokeniser that was read can be cut again."""
    whole = a_tokenizer()
    cut_tokenizer(whole, choose_pieces(PIECES, set(), SPECIAL))
    assert whole == a_tokenizer()


def test_our_texts_are_cut_into_the_same_pieces_as_before(tmp_path: Path) -> None:
    """The pieces that the model learned with are the pieces that it serves with."""
    source, target = tmp_path / "whole.json", tmp_path / "cut.json"
    source.write_text(json.dumps(a_tokenizer()), "utf-8")
    texts = ["merci merci", "merci ❤️", "me"]
    kept = cut_vocabulary(source, target, texts)
    before, after = (tokenizers.Tokenizer.from_file(str(path)) for path in (source, target))
    for text in texts:
        assert after.encode(text).tokens == before.encode(text).tokens
        assert [kept[piece] for piece in after.encode(text).ids] == before.encode(text).ids
