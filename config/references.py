"""Do the parts of the deployment file fit together: are ids unique, do names name something."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from config.document import Place
from config.settings import Settings
from vigie.domain.canary import CANARY


class _Named(Protocol):
    @property
    def id(self) -> str: ...


def dangling(settings: Settings) -> Iterator[tuple[Place, str]]:
    """Yield each place that does not fit, with what to do about it."""
    yield from _twins(settings.sources, ("sources",))
    yield from _twins(settings.watches, ("watches",))
    yield from _reserved(settings.sources, "sources")
    yield from _reserved(settings.watches, "watches")
    yield from _twins(settings.alerting.people, ("alerting", "people"))
    yield from _twins(settings.alerting.rotas, ("alerting", "rotas"), settings.alerting.people)
    yield from _of_alerting(settings)
    sources = {source.id for source in settings.sources}
    for w, watch in enumerate(settings.watches):
        place: Place = ("watches", w)
        told = (*place, "recipients")
        known = {person.id for person in settings.alerting.people}
        known |= {rota.id for rota in settings.alerting.rotas}
        yield from _unknown(watch.recipients, known, "alerting.people or alerting.rotas", told)
        zone = watch.time_zone or settings.organisation.time_zone
        for c, marker in enumerate(watch.calendar):
            if marker.begins_in(zone) >= marker.ends_in(zone):
                advice = "ends before it begins once the clock has changed; write other hours"
                yield (*place, "calendar", c), f"`{marker.name}` {advice}"
        for m, match in enumerate(watch.match):
            heard = (*place, "match", m, "sources")
            yield from _unknown(match.sources, sources, "sources", heard)


def _of_alerting(settings: Settings) -> Iterator[tuple[Place, str]]:
    alerting = settings.alerting
    people = {person.id for person in alerting.people}
    for r, rota in enumerate(alerting.rotas):
        turn: Place = ("alerting", "rotas", r)
        yield from _unknown(rota.people, people, "alerting.people", (*turn, "people"))
        covering = [cover.person for cover in rota.covers]
        yield from _unknown(covering, people, "alerting.people", (*turn, "covers"))
    if alerting.sms and alerting.sms.free_mobile:
        lines = [line.person for line in alerting.sms.free_mobile.lines]
        theirs: Place = ("alerting", "sms", "free_mobile", "lines")
        yield from _unknown(lines, people, "alerting.people", theirs)
    if alerting.webhook is None:
        for p, person in enumerate(alerting.people):
            if person.webhook:
                unsigned: Place = ("alerting", "people", p, "webhook")
                yield unsigned, "webhooks are signed: set a key in `alerting.webhook`"
    yield from _unknown(
        alerting.canary.tells, people, "alerting.people", ("alerting", "canary", "tells")
    )
    watches = {watch.id for watch in settings.watches}
    for r, route in enumerate(alerting.routes):
        where: Place = ("alerting", "routes", r, "watches")
        yield from _unknown(route.watches, watches, "watches", where)


def _reserved(entries: Sequence[_Named], section: str) -> Iterator[tuple[Place, str]]:
    for index, entry in enumerate(entries):
        if entry.id == CANARY:
            yield (section, index, "id"), f"`{CANARY}` is Vigie's own; choose another id"


def _twins(
    entries: Sequence[_Named], place: Place, others: Sequence[_Named] = ()
) -> Iterator[tuple[Place, str]]:
    seen = {other.id for other in others}
    for index, entry in enumerate(entries):
        if entry.id in seen:
            yield (*place, index, "id"), f"`{entry.id}` is taken already; choose another id"
        seen.add(entry.id)


def _unknown(
    names: Sequence[str], known: set[str], section: str, place: Place
) -> Iterator[tuple[Place, str]]:
    for index, name in enumerate(names):
        if name not in known:
            yield (*place, index), f"`{name}` is no id under {section}; correct it or add it there"
