"""What people are told when listening itself is cut, and when it is back."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from alerting.deafness import Saying
from alerting.messages.gsm7 import SEGMENT, cut, transliterate
from alerting.messages.language import Language
from alerting.messages.letter import Letter, Stationery
from vigie.domain.notification import Channel, Person
from vigie.ports import Message

CHANNELS = (Channel.SMS, Channel.EMAIL, Channel.APPRISE)
"""Those that people read; a machine has the metrics."""


@dataclass(frozen=True, slots=True)
class Word:
    """One thing to be said: what, when, and since when nothing came out."""

    saying: Saying
    at: datetime
    since: datetime

    @property
    def id(self) -> str:
        """Of the word, the same on every try."""
        return f"deaf:{self.saying}:{self.at.isoformat()}"


class DeafComposer:
    """Writes it without asking anybody: neither Kafka nor the database."""

    def __init__(self, *, organisation: str, time_zone: str) -> None:
        self._organisation = organisation
        self._zone = ZoneInfo(time_zone)
        self._stationery = Stationery()

    def __call__(self, word: Word, person: Person, channel: Channel) -> Message:
        """Return the message to this person, who has such an address."""
        language = Language(person.language)
        letter = self._letter(word, language)
        short = channel is Channel.SMS
        text = self._text_message(word, language) if short else self._stationery.text(letter)
        return Message(
            id=f"{word.id}:{person.id}:{channel}",
            to=person.address(channel) or "",
            text=self._stationery.chat(letter) if channel is Channel.APPRISE else text,
            created=word.at,
            thread=f"deaf:{word.since.isoformat()}",
            subject=None if short else letter.subject,
            html=self._stationery.html(letter) if channel is Channel.EMAIL else None,
        )

    def _text_message(self, word: Word, language: Language) -> str:
        said = " ".join((_badge(word, language), *self._sentences(word, language)))
        return cut(transliterate(said), SEGMENT)

    def _letter(self, word: Word, language: Language) -> Letter:
        title, *sentences = self._sentences(word, language)
        badge = _badge(word, language)
        return Letter(
            language=language.code,
            tone={Saying.CUT: "rouge", Saying.RESTORED: "vert"}.get(word.saying, "test"),
            subject=f"{badge} {title}",
            badge=badge,
            title=title,
            sentences=tuple(sentences),
            footer=language.say(
                "Sent by the lookout of Vigie itself, past Kafka and the database."
            ),
        )

    def _sentences(self, word: Word, language: Language) -> tuple[str, ...]:
        """Return what is said, the most important first: a text message ends where it must."""
        now, since = word.at.astimezone(self._zone), word.since.astimezone(self._zone)
        moment = language.moment(since, seen_from=now)
        clock, whose = language.clock(now), self._organisation
        match word.saying:
            case Saying.CUT:
                return (
                    language.say("{clock} Vigie {whose} is deaf since {since}.",
                        clock=clock, whose=whose, since=moment),
                    language.say("No alert will come. Look at the server (vigie worker)."),
                )  # fmt: skip
            case Saying.RESTORED:
                return (
                    language.say("{clock} Vigie {whose} hears again.", clock=clock, whose=whose),
                    language.say("What came meanwhile is being caught up."),
                )
            case Saying.TEST:
                return (
                    language.say("{clock} Vigie {whose}: TEST, nothing to do.",
                        clock=clock, whose=whose),
                    language.say("You would be told here if Vigie were deaf."),
                )  # fmt: skip


def _badge(word: Word, language: Language) -> str:
    return {
        Saying.CUT: language.say("LISTENING CUT"),
        Saying.RESTORED: language.say("LISTENING RESTORED"),
        Saying.TEST: language.say("DRILL"),
    }[word.saying]
