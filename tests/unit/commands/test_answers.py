"""The answer of a text is one line with the same keys whatever happened."""

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vigie.commands.answers import answer, refusal
from vigie.commands.texts import Text, Unreadable
from vigie.domain.assessment import Category, Scores, Sentiment, Target, Toxicity, Unknown
from vigie.lines import Place
from vigie.testing.builders import MODEL, NEUTRAL

TEXT = Text("bonjour", "post-1", None, Place(10, 1))
SHARES = st.floats(0, 1, width=32)


@given(SHARES, st.none() | SHARES)
def test_every_number_is_exactly_the_model_s_own(share: float, toxic: float | None) -> None:
    """Ranking texts by a rounded score would make ties that the model did not see."""
    scores = Scores(Sentiment(share, 0.0, 1.0), Toxicity(toxic=toxic), "fr")
    told = json.loads(answer(TEXT, scores, MODEL))
    assert np.float32(told["sentiment"]["negative"]) == np.float32(share)
    assert told["toxicity"]["toxic"] is None or np.float32(told["toxicity"]["toxic"]) == toxic
    assert (told["toxicity"]["toxic"] is None) is (toxic is None)


def test_the_answer_is_what_the_page_promises() -> None:
    """Keys are public interface."""
    scores = Scores(NEUTRAL, Toxicity(toxic=0.25), "fr", Target.GROUP, 0.98765, None)
    line = answer(TEXT, scores, MODEL)
    assert line.endswith(b"}\n")
    assert line.count(b"\n") == 1
    assert json.loads(line) == {
        "id": "post-1",
        "sentiment": {"negative": 0.1, "neutral": 0.8, "positive": 0.1},
        "toxicity": {
            "toxic": 0.25,
            "insult": None,
            "obscene": None,
            "threat": None,
            "identity_attack": None,
            "sexual": None,
        },
        "target": "group",
        "language": "fr",
        "confidence": 0.9877,
        "unknown": None,
        "model": {"id": MODEL.id, "version": MODEL.version},
    }


def test_a_silent_model_says_why() -> None:
    """A program can count what was not known."""
    scores = Scores(NEUTRAL, Toxicity(), None, unknown=Unknown.LANGUAGE)
    assert json.loads(answer(TEXT, scores, MODEL))["unknown"] == "language"


@given(st.text(st.characters(codec=None)) | st.integers() | st.none())
def test_a_line_that_could_not_be_read_keeps_its_place_and_id(id_: str | int | None) -> None:
    """The same keys, all null, and the reason."""
    line = refusal(Unreadable("is not JSON", id_, Place(99, 7)), MODEL)
    told = json.loads(line)
    assert told["id"] == id_
    assert told.pop("error") == "line 7 is not JSON"
    assert told["unknown"] == "unreadable"
    assert told["toxicity"] == dict.fromkeys(Category)
    assert told.keys() == json.loads(answer(TEXT, Scores(NEUTRAL, Toxicity(), None), MODEL)).keys()
    assert line.isascii()
