"""How figures are said: in English or French, each with its interval, its typography and its n.

Knows figures and sentences. The English words are the keys of the French ones.
"""

from typing import Final

from classifiers.evaluation.figures import FunctionFigures, Part, Slice
from classifiers.evaluation.intervals import Estimate, Share

LANGUAGES: Final = ("en", "fr")

#: Before : ; ! ? % in French, and between a number's thousands.
NARROW: Final = "\u202f"
NOT_MEASURABLE: Final = "–"

FRENCH: Final = {
    "language": "langue",
    "texts": "textes",
    "n": "n",
    "head": "tête",
    "all": "tous",
    "public": "publics",
    "our own": "les nôtres",
    "macro-F1": "macro-F1",
    "calibration error": "erreur de calibration",
    "yes / no": "oui / non",
    "macro-F1 at 0.5": "macro-F1 à 0,5",
    "best macro-F1 (at)": "meilleure macro-F1 (à)",
    "AUC": "AUC",
    "found at 0.2 % false alarms": "trouvés à 0,2 % de fausses alertes",
    "found at 1 % false alarms": "trouvés à 1 % de fausses alertes",
    "found at the threshold": "trouvés au seuil",
    "false alarms at the threshold": "fausses alertes au seuil",
    "abuse reached": "abus atteints",
    "harmless reached": "inoffensifs atteints",
    "function": "comportement",
    "expected": "attendu",
    "abuse": "abus",
    "harmless": "inoffensif",
    "right at 0.5": "juste à 0,5",
    "at the hide threshold": "au seuil de masquage",
    "and somebody attacked": "et quelqu’un de visé",
    "all of {name}": "tout {name}",
    "Sentiment": "Ton",
    "Who is attacked": "Qui est visé",
    "Toxicity: telling abuse from the rest": "Toxicité : distinguer l’abus du reste",
    "Toxicity: few false alarms": "Toxicité : peu de fausses alertes",
    "What a machine might hide": "Ce qu’une machine pourrait masquer",
    "Behaviours": "Comportements",
    "Where the model is silent": "Là où le modèle se tait",
    "labelled texts without an answer": "textes annotés sans réponse",
    "Sentiment: true (line) and said (column)": "Ton : vrai (ligne) et dit (colonne)",
    "[low–high]: 95 % interval, of counts in percent; –: not measurable on so few texts": (
        "[bas–haut] : intervalle à 95 %, en pourcentage pour les nombres de textes ; – : non"
        " mesurable sur si peu de textes"
    ),
    "negative": "négatif",
    "neutral": "neutre",
    "positive": "positif",
    "sentiment": "ton",
    "target": "cible",
    "toxic": "toxique",
    "insult": "injure",
    "obscene": "obscénité",
    "threat": "menace",
    "identity_attack": "haine identitaire",
    "sexual": "sexuel",
}


class FigureWording:
    """One of the ``LANGUAGES``."""

    def __init__(self, language: str) -> None:
        self.language = language

    def say(self, words: str, /, **values: object) -> str:
        """Return *words*, one of the keys above, in this language with *values* put in."""
        said = FRENCH[words] if self.language == "fr" else words
        return self.typeset(said).format(**values)

    def typeset(self, text: str) -> str:
        """Return *text* with French spaces where it is French."""
        if self.language != "fr":
            return text.replace(" %", "%")
        for sign in ":;!?%":
            text = text.replace(f" {sign}", f"{NARROW}{sign}")
        return text.replace("« ", f"«{NARROW}").replace(" »", f"{NARROW}»")

    def about(self, what: str, figure: str) -> str:
        """Return *what* a *figure* is of, and its name."""
        return self.typeset(f"{what} : {figure}") if self.language == "fr" else f"{what}: {figure}"

    def number(self, value: float, digits: int) -> str:
        """Return a number with its decimal sign."""
        said = f"{value:,.{digits}f}"
        if self.language != "fr":
            return said
        return said.replace(",", NARROW).replace(".", ",")

    def count(self, value: int) -> str:
        """Return a whole number."""
        return self.number(value, 0)

    def points(self, figure: Estimate | None) -> str:
        """Return a figure x 100 with its interval."""
        if figure is None:
            return NOT_MEASURABLE
        value, low, high = (
            self.number(100 * one, 1) for one in (figure.value, figure.low, figure.high)
        )
        return f"{value} [{low}–{high}]"

    def percent(self, value: float, digits: int = 1) -> str:
        """Return a share as a percentage."""
        return self.typeset(f"{self.number(100 * value, digits)} %")

    def share(self, figure: Share | None) -> str:
        """Return how many of how many, with the interval of the share in percent."""
        if figure is None or not figure.of:
            return NOT_MEASURABLE
        low, high = (self.number(100 * one, 1) for one in (figure.low, figure.high))
        return f"{self.count(figure.hits)}/{self.count(figure.of)} [{low}–{high}]"

    def part(self, of: Slice) -> str:
        """Return which texts of a language are meant."""
        words = {Part.ALL: "all", Part.PUBLIC: "public", Part.OWN: "our own"}
        return self.say(words[of.part]) if of.part in words else of.name

    def function(self, of: FunctionFigures) -> str:
        """Return the name of a behaviour, or of all behaviours of a file."""
        whole = self.say("all of {name}", name=of.source) if of.source else self.say("all")
        return of.function or whole
