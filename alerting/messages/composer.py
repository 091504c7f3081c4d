"""From a notification to what is sent: picks the language, the form and the channel's layout."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from alerting.answers.links import Links
from alerting.messages import letters, sms
from alerting.messages.language import Language
from alerting.messages.letter import Letter, Stationery
from alerting.messages.machine import cloud_event
from vigie.domain.notification import Channel, Notification, NotifyReason, Person
from vigie.domain.post import Post
from vigie.domain.watch import Watch
from vigie.errors import Rejected
from vigie.ports import Message


class Composer:
    """Renders notifications; it reads evidence with `posts`, which may block.

    `links` make what is answered by a click, `replies` says whether text messages can be answered.
    """

    def __init__(  # noqa: PLR0913 - everything a message may say
        self,
        *,
        watches: Mapping[str, Watch],
        organisation: str,
        time_zone: str,
        posts: Callable[[Sequence[str]], list[Post]],
        board_url: str | None = None,
        links: Links | None = None,
        replies: bool = False,
    ) -> None:
        self._watches = watches
        self._organisation = organisation
        self._time_zone = time_zone
        self._posts = posts
        self._board_url = board_url
        self._links = links
        self._replies = replies
        self._languages = {code: Language(code) for code in ("fr", "en")}
        self._stationery = Stationery()

    def __call__(self, notification: Notification, person: Person) -> Message:
        """Return the message to this person.

        Raises:
            Rejected: the address or the watch is gone from the configuration.
        """
        to = person.address(notification.channel)
        if to is None:
            message = f"{person.id} has no {notification.channel} address any more; give one"
            raise Rejected(message)
        language = self._languages[person.language]
        thread = notification.event.incident_id if notification.event else None
        if notification.channel is Channel.SMS:
            return Message(
                id=notification.id,
                to=to,
                text=self._text_message(notification, language),
                created=notification.created,
                thread=thread,
            )
        letter = self._letter(notification, language)
        plain = Message(
            id=notification.id,
            to=to,
            text=self._stationery.text(letter),
            created=notification.created,
            thread=thread,
            subject=letter.subject,
        )
        match notification.channel:
            case Channel.WEBHOOK:
                return replace(plain, text=cloud_event(notification, person, letter))
            case Channel.APPRISE:
                return replace(plain, text=self._stationery.chat(letter))
            case _:
                return replace(plain, html=self._stationery.html(letter))

    def _text_message(self, notification: Notification, language: Language) -> str:
        event = notification.event
        if event is None:
            return sms.exercise(language, notification, self._organisation, self._time_zone)
        watch = self._watch(event.watch)
        if notification.reason is NotifyReason.RESOLVED:
            return sms.closed(language, event, watch)
        link = self._link(notification)
        return sms.raised(
            language,
            event,
            watch,
            notification.reason,
            answer="" if self._replies else link,
            board_url=self._board_url,
        )

    def _letter(self, notification: Notification, language: Language) -> Letter:
        event = notification.event
        if event is None:
            return letters.exercise(language, notification, self._organisation, self._time_zone)
        watch = self._watch(event.watch)
        if notification.reason is NotifyReason.RESOLVED:
            return letters.closed(language, event, watch, self._board_url)
        return letters.raised(
            language,
            event,
            watch,
            notification.reason,
            answer_url=self._link(notification),
            board_url=self._board_url,
            posts=self._posts,
        )

    def _link(self, notification: Notification) -> str | None:
        return self._links.link(notification.id) if self._links else None

    def _watch(self, name: str) -> Watch:
        if name not in self._watches:
            message = f"the watch {name} is gone from the configuration; its messages are dropped"
            raise Rejected(message)
        return self._watches[name]
