"""The page behind a link: what is answered, three buttons, and what became of it."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from alerting.answers.answering import Answer
from alerting.messages.language import Language
from vigie.domain.watch import Watch
from vigie.ports import Clock
from vigie.receive import wording


class Pages:
    """Renders answers in the person's language, in `default` where the person is unknown."""

    def __init__(
        self, *, watches: Mapping[str, Watch], default: str, board_url: str | None, clock: Clock
    ) -> None:
        self._watches = watches
        self._default = default
        self._board_url = board_url
        self._clock = clock
        self._languages = {code: Language(code) for code in ("fr", "en")}
        self._template = Environment(
            loader=PackageLoader("vigie.receive", ""),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        ).get_template("page.html")

    def language(self, answer: Answer | None) -> Language:
        """Return the language in which whoever answers is spoken to."""
        person = answer.person if answer else None
        return self._languages[person.language if person else self._default]

    def render(self, answer: Answer | None) -> str:
        """Return the page; None: the answer cannot be had now."""
        speak = self.language(answer)
        event = answer.event if answer else None
        watch = self._watches.get(event.watch) if event else None
        return self._template.render(
            code=speak.code,
            badge=wording.badge(speak, event) if event else "",
            tone=event.level.name.lower() if event else "test",
            watch=watch.name if watch else "",
            who=self._who(speak, answer),
            said=self._said(speak, answer),
            buttons=[
                (verdict.value, wording.label(speak, verdict), wording.effect(speak, verdict))
                for verdict in wording.BUTTONS
                if answer and event and not answer.refusal and not answer.verdict
            ],
            board_url=self._board_url,
            board=speak.say("Open the board"),
        )

    def _who(self, speak: Language, answer: Answer | None) -> str:
        """Say since when it lasts and as whom one answers: links are sometimes passed on."""
        if answer is None or answer.event is None or answer.person is None:
            return ""
        watch = self._watches.get(answer.event.watch)
        if watch is None:
            return ""
        zone = ZoneInfo(watch.time_zone)
        now = self._clock.now().astimezone(zone)
        return speak.say(
            "Since {since}. You answer as {person}.",
            since=speak.moment(answer.event.since.astimezone(zone), seen_from=now),
            person=answer.person.name,
        )

    def _said(self, speak: Language, answer: Answer | None) -> str:
        if answer is None:
            return wording.try_again(speak)
        if answer.refusal:
            return wording.refused(speak, answer.refusal)
        return wording.noted(speak, answer) if answer.verdict else ""
