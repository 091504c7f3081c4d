"""The comments behind an alert and their words: chosen by the detector, veiled until asked for."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from alerting.messages.language import Language
from alerting.messages.legible import legible
from alerting.messages.letter import Comment, Veiled
from vigie.domain.incident import Cause, IncidentEvent
from vigie.domain.post import Platform, Post

MOST = 5
"""More comments than this do not make an alert more convincing."""
LONGEST = 600
"""Characters of a text that are quoted; the original is linked."""

Posts = Callable[[Sequence[str]], list[Post]]
"""Returns the stored posts among these ids; it may block."""


def quoted(event: IncidentEvent, posts: Posts) -> list[Post]:
    """Return the posts to quote, in the order of their weight."""
    wanted = event.evidence[:MOST]
    stored = {post.id: post for post in posts(wanted)} if wanted else {}
    return [stored[id_] for id_ in wanted if id_ in stored]


def veiled(
    language: Language,
    cause: Cause | None,
    found: Sequence[Post],
    *,
    zone: ZoneInfo,
    seen_from: datetime,
) -> Veiled | None:
    """Return the words of the cause and the comments ready to be laid out, None without any."""
    comments = [
        *_words(language, cause),
        *(
            _comment(language, number, post, zone, seen_from)
            for number, post in enumerate(found, start=1)
        ),
    ]
    if not comments:
        return None
    return Veiled(
        title=language.say("Texts of the comments"),
        warning=language.say("Warning: what follows is quoted as it was written and may hurt."),
        unveil=language.say("show the text"),
        original=language.say("See the original"),
        comments=tuple(comments),
    )


def _words(language: Language, cause: Cause | None) -> Iterator[Comment]:
    """Yield the words that carry the alarm, and those that are new; they may hurt too."""
    if cause is not None and cause.terms:
        often = ", ".join(f"{term.name} ({language.number(term.posts)})" for term in cause.terms)
        yield Comment(language.say("Words that come up, with how many posts"), _short(often), None)
    if cause is not None and cause.new_terms:
        new = ", ".join(cause.new_terms)
        yield Comment(language.say("New words of the last 20 minutes"), _short(new), None)


def missing(language: Language, event: IncidentEvent, found: Sequence[Post]) -> str | None:
    """Return the sentence on comments that cannot be shown, None when all can."""
    count = len(event.evidence[:MOST]) - len(found)
    if count == 0:
        return None
    return language.say_many(
        "{n} comment behind this alert is not recorded yet, or was removed.",
        "{n} comments behind this alert are not recorded yet, or were removed.",
        count,
    )


def _comment(
    language: Language, number: int, post: Post, zone: ZoneInfo, seen_from: datetime
) -> Comment:
    moment = language.moment(post.published.astimezone(zone), seen_from=seen_from)
    label = f"{number}. {_platform(language, post.platform)}, {moment}"
    return Comment(label, _short(post.text), post.url if _is_web(post.url) else None)


def _short(text: str) -> str:
    return legible(text, longest=LONGEST)


def _platform(language: Language, platform: Platform) -> str:
    if platform is Platform.PRACTICE:
        return language.say("practice platform")
    if platform is Platform.FILE:
        return language.say("file")
    return {Platform.YOUTUBE: "YouTube"}.get(platform, platform.title())


def _is_web(url: str | None) -> bool:
    """Say whether the address may be linked: it comes from outside and could be a script."""
    return url is not None and url.startswith(("https://", "http://"))
