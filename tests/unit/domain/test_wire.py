"""What travels: nothing is lost on the way, and older messages are still read."""

import json
from dataclasses import replace

import pytest

from vigie.domain.assessment import Assessment, Scores, Target, Unknown
from vigie.errors import Unprocessable
from vigie.testing.builders import an_assessment
from vigie.wire import Decoder, encode

decode = Decoder(Assessment)


def test_who_is_attacked_how_sure_the_language_is_and_what_is_unknown_travel() -> None:
    """An assessment comes back as it was sent."""
    sent = an_assessment(target=Target.GROUP, unknown=Unknown.LANGUAGE)
    assert sent.scores is not None
    sent = replace(sent, scores=replace(sent.scores, confidence=0.75))
    assert decode(encode(sent)) == sent


def test_an_assessment_sent_before_targets_existed_says_nothing_of_them() -> None:
    """Assessments stay in Kafka for 35 days, so a new version reads what an older one wrote."""
    message = json.loads(encode(an_assessment()))
    for name in ("target", "confidence", "unknown"):
        del message["scores"][name]
    scores = decode(json.dumps(message).encode()).scores
    assert isinstance(scores, Scores)
    assert (scores.target, scores.confidence, scores.unknown) == (None, None, None)


def test_a_target_that_nobody_knows_is_refused_without_being_quoted() -> None:
    """The dead letter names the field."""
    message = json.loads(encode(an_assessment()))
    message["scores"]["target"] = "everybody"
    with pytest.raises(Unprocessable, match=r"^scores\.target: is not one of the allowed values$"):
        decode(json.dumps(message).encode())
