"""The sentences of an alert: what happened, how far from normal, what was done, what is unknown."""

from alerting.messages.figures import by_weight, counted, is_silence, length_of, share
from alerting.messages.language import Language
from vigie.domain.incident import Cause, IncidentEvent, Nature, Signal, SignalKind
from vigie.domain.notification import NotifyReason
from vigie.domain.watch import Watch


def what(language: Language, event: IncidentEvent, watch: Watch, level: str) -> str:
    """Say what is counted at which level."""
    signals = by_weight(event)
    if not signals:
        return language.say("“{watch}” is at level {level}.", watch=watch.name, level=level)
    return language.say(
        "“{watch}” is at level {level}: {counted} within {window}.",
        watch=watch.name,
        level=level,
        counted=counted(language, signals[0]),
        window=language.duration(length_of(signals[0], watch.thresholds.window)),
    )


def how_far(language: Language, event: IncidentEvent) -> str:
    """Say how far this is from normal, with the share where it means something."""
    signals = by_weight(event)
    if not signals:
        return language.say("No figure came with this step.")
    main = signals[0]
    part = share(language, main)
    return _against_normal(language, main) + (
        language.say(" Share: {share}.", share=part) if part else ""
    )


def _against_normal(language: Language, signal: Signal) -> str:
    if signal.kind is SignalKind.SILENCE:
        return language.say_many(
            "{n} post was to be expected.", "{n} posts were to be expected.", round(signal.expected)
        )
    normal = language.number(signal.expected)
    if signal.expected <= 0:
        return language.say("Normally there are none.")
    return language.say(
        "That is {times} times the normal {normal}.",
        normal=normal,
        times=language.number(signal.count / signal.expected),
    )


def why(language: Language, event: IncidentEvent) -> str:
    """Say what most of it is and what the alarm rests on; nothing where that is not known."""
    natures = {
        Nature.CRITICISM: language.say("Most of it is criticism."),
        Nature.ATTACK: language.say("Most of it is abuse aimed at you."),
        Nature.INFORMATION: language.say("Most of it tells of an event in the world."),
        Nature.SUPPORT: language.say("Most of it is support."),
        Nature.FAULT: language.say("Most of it reports something that does not work."),
    }
    parts = (natures.get(event.nature), _cause(language, event.cause) if event.cause else None)
    return " ".join(part for part in parts if part)


def _cause(language: Language, cause: Cause) -> str | None:
    if cause.posts == 0:
        return None
    return language.say_many(
        "It rests on {n} post, by one account.",
        "It rests on {n} posts by {accounts} accounts, {together} in one conversation; {fresh} came"
        " in the last 20 minutes.",
        cause.posts,
        accounts=language.number(max(cause.accounts, 1)),
        together=language.number(max((part.posts for part in cause.threads), default=0)),
        fresh=language.number(cause.fresh),
    )


def done(language: Language, event: IncidentEvent, reason: NotifyReason) -> str:
    """Say what was done, who is on it, and why this person is asked now."""
    asked = {
        NotifyReason.UNANSWERED: language.say(
            "Nobody of those told before has answered: now you are asked."
        ),
        NotifyReason.PASSED_ON: language.say("Somebody passed this on: now you are asked."),
        NotifyReason.TAKER_QUIET: language.say(
            "Whoever took this on has not been heard of since: now you are asked."
        ),
    }.get(reason)
    if asked:
        return asked
    if event.acknowledged_by:
        return language.say(
            "Vigie tells you; {person} has taken this on.", person=event.acknowledged_by
        )
    return language.say("Vigie tells you; nobody has taken this on yet.")


def unknowns(language: Language, event: IncidentEvent) -> list[str]:
    """Say what the figures do not show."""
    if is_silence(event):
        return [
            language.say(
                "Whether nobody writes or Vigie no longer hears cannot be told from here:"
                " look whether there are posts on the platform."
            )
        ]
    late = language.say(
        "This was detected while catching up: the posts came in earlier, things may have changed."
    )
    return [
        *([late] if event.caught_up else []),
        language.say("The model can misread irony and quotations: read before you answer."),
        language.say("Vigie only hears the sources it listens to."),
        language.say("This message does not say what was hidden."),
    ]
