"""What is said to somebody who answers: as a page, and as a text message in return."""

from collections.abc import Callable
from typing import Final

from alerting.answers.answering import Answer, Refusal
from alerting.messages.figures import heading
from alerting.messages.language import Language
from vigie.domain.incident import IncidentEvent
from vigie.domain.review import ReviewVerdict

BUTTONS: Final = (ReviewVerdict.ACKNOWLEDGE, ReviewVerdict.PASS, ReviewVerdict.FALSE_ALARM)

Words = Callable[[Language], str]

_LABELS: Final[dict[ReviewVerdict, Words]] = {
    ReviewVerdict.ACKNOWLEDGE: lambda speak: speak.say("I take it on"),
    ReviewVerdict.PASS: lambda speak: speak.say("Pass it on"),
    ReviewVerdict.FALSE_ALARM: lambda speak: speak.say("False alarm"),
}
_EFFECTS: Final[dict[ReviewVerdict, Words]] = {
    ReviewVerdict.ACKNOWLEDGE: lambda speak: speak.say("Nobody else is alerted meanwhile."),
    ReviewVerdict.PASS: lambda speak: speak.say("The next person is alerted at once."),
    ReviewVerdict.FALSE_ALARM: lambda speak: speak.say(
        "The incident is closed, and everyone who was alerted is told."
    ),
}
_REFUSALS: Final[dict[Refusal, Words]] = {
    Refusal.FORGED: lambda speak: speak.say(
        "This link is incomplete or was not sent by Vigie. Open it from the message again, whole."
    ),
    Refusal.EXPIRED: lambda speak: speak.say(
        "This message is too old to be answered. The board shows how things stand."
    ),
    Refusal.USED: lambda speak: speak.say(
        "This link has answered already; each works once. The next message brings another."
    ),
    Refusal.OVER: lambda speak: speak.say("This incident is closed: there is nothing to do."),
    Refusal.STRANGER: lambda speak: speak.say("This number is not on the list of people to alert."),
    Refusal.UNCLEAR: lambda speak: speak.say(
        "Not understood. Answer 1 184 to take on no. 184, 2 184 to pass it on,"
        " 3 184 for a false alarm."
    ),
    Refusal.NOT_TOLD: lambda speak: speak.say(
        "You were not alerted of an incident of this number."
    ),
    Refusal.AMBIGUOUS: lambda speak: speak.say(
        "Which one? Add the number after the #, for example 1 184."
    ),
}


def label(speak: Language, verdict: ReviewVerdict) -> str:
    """Return what stands on a button."""
    return _LABELS[verdict](speak)


def effect(speak: Language, verdict: ReviewVerdict) -> str:
    """Return what follows from an answer."""
    return _EFFECTS[verdict](speak)


def badge(speak: Language, event: IncidentEvent) -> str:
    """Return level and number."""
    return f"{heading(speak, event)} #{event.number}"


def refused(speak: Language, refusal: Refusal) -> str:
    """Return why an answer counts for nothing, and what to do."""
    return _REFUSALS[refusal](speak)


def noted(speak: Language, answer: Answer) -> str:
    """Return that an answer was taken, as one line.

    Raises:
        ValueError: none was.
    """
    if answer.event is None or answer.verdict is None:
        message = "there is no answer to speak of"
        raise ValueError(message)
    return speak.say(
        "Noted for #{number}: {answer}. {effect}",
        number=answer.event.number,
        answer=label(speak, answer.verdict),
        effect=effect(speak, answer.verdict),
    )


def try_again(speak: Language) -> str:
    """Return that nothing was taken, and what to do."""
    return speak.say("Your answer could not be taken. Please try again in a minute.")
