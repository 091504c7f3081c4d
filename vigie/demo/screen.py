"""What the demo shows in the terminal while it plays."""

from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from vigie.demo.script import Entry
from vigie.domain.action import Action, ActionState
from vigie.domain.assessment import Assessment
from vigie.domain.incident import IncidentChange, IncidentEvent, Level
from vigie.wire import Value

STYLES = {
    Level.VERT: "bold green",
    Level.JAUNE: "bold yellow",
    Level.ORANGE: "bold dark_orange",
    Level.ROUGE: "bold red",
}
ACTS = {
    "calm": "an ordinary evening",
    "thanks": "a wave of thanks",
    "emergency": "an earthquake elsewhere",
    "accusation": "an accusation grows",
    "raid": "a raid of abuse",
    "after": "quiet again",
}
EMAIL_LINES = 14
"""How much of an e-mail's text is shown."""


class Screen:
    """Prints events as they come, above a bar that fills with the posts."""

    def __init__(self, console: Console, *, posts: int, zone: ZoneInfo) -> None:
        self._zone = zone
        self._progress = Progress(
            TextColumn("{task.description:<24}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
        )
        self._published = self._progress.add_task("published", total=posts)
        self._assessed = self._progress.add_task("assessed", total=posts)
        self._act = ""
        self.progress = self._progress

    def say(self, text: str, style: str = "") -> None:
        """Print one line above the bars."""
        self._progress.console.print(Text(text, style=style))

    def published(self, entry: Entry) -> None:
        """Advance, and announce a new act."""
        if entry.act != self._act:
            self._act = entry.act
            self.say(f"── {ACTS[entry.act]} ──", "dim")
        self._progress.advance(self._published)

    def passed(self, value: Value) -> None:
        """Show what passed on a topic."""
        match value:
            case Assessment():
                self._progress.advance(self._assessed)
            case IncidentEvent() if value.change is not IncidentChange.RESTATED:
                self._level(value)
            case Action(state=ActionState.CONFIRMED):
                self._hidden(value)

    def sms(self, to: str, body: str) -> None:
        """Show an SMS as it was received."""
        self._progress.console.print(Panel(Text(body), title=f"SMS to {to}", width=84))

    def email(self, to: str, subject: str, text: str) -> None:
        """Show the beginning of an e-mail as it was received."""
        lines = text.strip().splitlines()
        shown = "\n".join([subject, "", *lines[:EMAIL_LINES]])
        more = len(lines) - EMAIL_LINES
        body = f"{shown}\n… {more} more lines" if more > 0 else shown
        self._progress.console.print(Panel(Text(body), title=f"E-mail to {to}", width=84))

    def _level(self, event: IncidentEvent) -> None:
        signals = ", ".join(
            f"{signal.count} {signal.kind} of {signal.n} (normal {signal.expected:.0f})"
            for signal in event.signals
        )
        self.say(
            f"{self._time(event.at)}  ● {event.level.name:<6} {event.change} #{event.number}"
            f"  {signals}",
            STYLES[event.level],
        )

    def _hidden(self, action: Action) -> None:
        decision = action.decision
        score = f" {decision.score:.3f} ≥ {decision.threshold:.3f}" if decision.score else ""
        self.say(
            f"{self._time(action.at)}  hidden {action.post}  {decision.category}{score}", "magenta"
        )

    def _time(self, moment: datetime) -> str:
        return f"{moment.astimezone(self._zone):%H:%M}"
