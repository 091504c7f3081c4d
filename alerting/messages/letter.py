"""The layout of an e-mail: one value, two renderings that say the same."""

from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from alerting.messages.figures import Row
from alerting.messages.language import NARROW

TEMPLATES = Path(__file__).parents[1] / "templates"


@dataclass(frozen=True, slots=True)
class Comment:
    """One piece of evidence: where and when, the text to be veiled, the original."""

    label: str
    text: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Veiled:
    """The comments behind an alert, and the words around them."""

    title: str
    warning: str
    unveil: str
    original: str
    comments: tuple[Comment, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Signals against normal."""

    heads: tuple[str, str, str, str]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Where to go on."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Everything an e-mail says, in the order in which it is read; `tone` picks the colour."""

    language: str
    tone: str
    subject: str
    badge: str
    title: str
    sentences: tuple[str, ...]
    footer: str
    table: Table | None = None
    answer: Link | None = None
    link: Link | None = None
    unknowns_title: str = ""
    unknowns: tuple[str, ...] = ()
    evidence: Veiled | None = None

    @property
    def colon(self) -> str:
        """The colon of plain-text labels, as the language spaces it."""
        return f"{NARROW}:" if self.language == "fr" else ":"


class Stationery:
    """The templates, loaded once; values are escaped in HTML and left alone in plain text."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def html(self, letter: Letter) -> str:
        """Return the letter as a page without anything remote."""
        return self._templates.get_template("letter.html").render(letter=letter)

    def chat(self, letter: Letter) -> str:
        """Return the first screen as plain text, for a room; comments stay in the e-mail."""
        return self._templates.get_template("chat.txt").render(letter=letter)

    def text(self, letter: Letter) -> str:
        """Return the same as plain text."""
        return self._templates.get_template("letter.txt").render(letter=letter)
