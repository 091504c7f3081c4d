"""`vigie ack`: a person's word on an incident, from the command line."""

import os
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console

from config.load import load
from vigie.commands.options import examples
from vigie.domain.review import Review, ReviewVerdict, Subject
from vigie.errors import Misconfigured

if TYPE_CHECKING:
    from datetime import datetime

    from config.settings import Settings

EXAMPLES: Final = examples(
    "vigie ack campagne-eau-184 --person amina",
    "vigie ack campagne-eau-184 --person amina --answer pass",
    "vigie ack campagne-eau-184 --person amina --answer false-alarm",
)


class Answer(StrEnum):
    """What somebody who was told of an incident can say."""

    TAKE = "take"
    PASS = "pass"  # noqa: S105 - somebody hands it on
    FALSE_ALARM = "false-alarm"
    CLOSE = "close"


_VERDICTS: Final = {
    Answer.TAKE: ReviewVerdict.ACKNOWLEDGE,
    Answer.PASS: ReviewVerdict.PASS,
    Answer.FALSE_ALARM: ReviewVerdict.FALSE_ALARM,
    Answer.CLOSE: ReviewVerdict.CLOSE,
}
_SAID: Final = {
    Answer.TAKE: "takes it on: nobody else is told while they are heard of",
    Answer.PASS: "passes it on: the next person is told",
    Answer.FALSE_ALARM: "calls it a false alarm: it is closed",
    Answer.CLOSE: "closes it",
}


def ack(
    context: typer.Context,
    incident: Annotated[
        str, typer.Argument(help="Watch and number, as the board and the e-mail show them.")
    ],
    person: Annotated[str, typer.Option(help="Who answers: an id of alerting.people.")],
    answer: Annotated[Answer, typer.Option(help="What they say.")] = Answer.TAKE,
) -> None:
    """Answer an alert for somebody: take it on, pass it on, or end it."""
    from vigie.bootstrap import clock_of  # noqa: PLC0415 - --help stays quick
    from vigie.kafka.producer import PostWriter  # noqa: PLC0415

    settings = load(context.obj, os.environ)
    review = review_of(settings, incident, person, answer, at=clock_of(settings).now())
    with PostWriter(settings.kafka, source="/vigie/ack") as writer:
        writer.write([review])
    Console().print(f"{incident}: {person} {_SAID[answer]}", markup=False)


def review_of(
    settings: "Settings", incident: str, person: str, answer: Answer, *, at: "datetime"
) -> Review:
    """Return the answer as a review.

    Raises:
        Misconfigured: the incident is of no watch, or the person is nobody we know.
    """
    watch, _, number = incident.rpartition("-")
    known = [one.id for one in settings.watches]
    if watch not in known or not number.isdecimal():
        message = f"{incident} is no incident: write watch and number; watches: {', '.join(known)}"
        raise Misconfigured(message)
    people = [one.id for one in settings.alerting.people]
    if person not in people:
        message = f"{person} is nobody under alerting.people: write one of {', '.join(people)}"
        raise Misconfigured(message)
    return Review(
        id=f"ack:{incident}:{person}:{answer}:{at.isoformat()}",
        subject=Subject.INCIDENT,
        subject_id=incident,
        key=watch,
        verdict=_VERDICTS[answer],
        reviewer=person,
        at=at,
    )
