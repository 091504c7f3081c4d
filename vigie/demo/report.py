"""What the demo measured and what it expected; it fails when an expectation does."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rich.table import Table

from vigie.demo.script import Entry, Label
from vigie.domain.incident import IncidentEvent, Level
from vigie.domain.post import Change, Kind

CALM_ACTS = frozenset({"calm", "thanks", "emergency"})
"""Acts in which nobody may be paged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything the demo saw, unjudged; times are on the demo's clock unless said otherwise.

    `hidden` are native ids as read from the platform, `confirmed` those of the ledger, `proposed`
    those that a person is asked about.
    `alert_after` and the decision quantiles are in real seconds.
    """

    entries: Sequence[Entry]
    started: datetime
    assessed: int
    played_seconds: float
    steps: Sequence[IncidentEvent]
    hidden: Collection[str]
    confirmed: Collection[str]
    proposed: Collection[str]
    sms: int
    emails: int
    decision_p50: float | None
    decision_p95: float | None
    alert_after: float | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the summary; `met` is None where nothing is expected."""

    name: str
    value: str
    met: bool | None = None


def _share(evidence: Evidence, label: Label, among: Collection[str]) -> tuple[int, int]:
    """Return how many comments of this label are among these, and how many there are.

    A comment that was edited from or to another label counts nowhere.
    """
    labels: dict[str, set[Label]] = {}
    for entry in evidence.entries:
        if entry.kind is Kind.COMMENT and entry.change is not Change.REMOVED:
            labels.setdefault(entry.id, set()).add(entry.label)
    of_label = {id_ for id_, given in labels.items() if given == {label}}
    return len(of_label & set(among)), len(of_label)


def _paged_early(evidence: Evidence) -> int:
    calm = max(entry.at for entry in evidence.entries if entry.act in CALM_ACTS)
    until = evidence.started + timedelta(seconds=calm)
    return sum(step.level >= Level.ORANGE and step.at <= until for step in evidence.steps)


def summary(evidence: Evidence) -> list[Line]:
    """Return the figures, each with its expectation where there is one."""
    posts = len(evidence.entries)
    abuse, abuses = _share(evidence, Label.ABUSE, evidence.hidden)
    proposed, _ = _share(evidence, Label.ABUSE, evidence.proposed)
    criticism, criticisms = _share(evidence, Label.CRITICISM, evidence.hidden)
    worst = max((step.level for step in evidence.steps), default=Level.VERT)
    early = _paged_early(evidence)
    agrees = set(evidence.hidden) == set(evidence.confirmed)
    return [
        Line("posts in", str(posts)),
        Line("posts assessed", str(evidence.assessed), evidence.assessed == posts),
        Line("pace of the play", f"{posts / evidence.played_seconds:.0f} posts/s"),
        Line("comment to decision, p50", _seconds(evidence.decision_p50)),
        Line("comment to decision, p95", _seconds(evidence.decision_p95)),
        Line("highest level", worst.name, worst is Level.ROUGE),
        Line("pages before the accusation", str(early), early == 0),
        Line("crossing post to first SMS", _seconds(evidence.alert_after)),
        Line("SMS received", str(evidence.sms), evidence.sms > 0),
        Line("e-mails received", str(evidence.emails), evidence.emails > 0),
        Line("abuse hidden", f"{abuse} of {abuses}", abuse > 0),
        Line("abuse proposed to a person", f"{proposed} of {abuses}"),
        Line("criticism hidden", f"{criticism} of {criticisms}", criticism == 0),
        Line("platform agrees with the ledger", "yes" if agrees else "no", agrees),
    ]


def _seconds(value: float | None) -> str:
    if value is None:
        return "not measured"
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s"


def as_table(lines: Sequence[Line]) -> Table:
    """Return the summary as it is printed."""
    table = Table("measured", "", "expected", title="Summary")
    marks = {None: "", True: "[green]✓[/]", False: "[bold red]✗ not as expected[/]"}
    for line in lines:
        table.add_row(line.name, line.value, marks[line.met])
    return table
