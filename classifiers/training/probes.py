"""Sentences written for the model card: what a reader should see the model do, right or wrong.

Not trained on, not tuned on, and far too few for a rate: they show, they do not measure.
"""

from typing import Final, NamedTuple


class Probe(NamedTuple):
    """A sentence and whether a person would call it abuse of somebody."""

    kind: str
    language: str
    text: str
    abusive: bool


PROBES: Final = (
    Probe("thanks", "fr", "Merci pour votre aide, l'équipe a été formidable !", abusive=False),
    Probe("thanks", "en", "Thank you so much, your volunteers are wonderful!", abusive=False),
    Probe("grief", "fr", "Quelle tristesse, je pense aux familles endeuillées.", abusive=False),
    Probe("criticism", "fr", "Votre directeur devrait partir, ses décisions ont coûté des vies.",
          abusive=False),
    Probe("criticism", "fr", "Encore une promesse non tenue, je suis furieuse.", abusive=False),
    Probe("criticism", "en", "Your organisation wasted our donations and refuses to explain.",
          abusive=False),
    Probe("allegation", "fr", "Mon frère a été maltraité dans votre centre d'hébergement.",
          abusive=False),
    Probe("counter-speech", "fr", "Insulter les gens à cause de leur religion est indigne.",
          abusive=False),
    Probe("counter-speech", "fr", "Non, les réfugiés ne sont pas des voleurs, cessez de mentir.",
          abusive=False),
    Probe("counter-speech", "en", "No, refugees are not criminals, please stop spreading lies.",
          abusive=False),
    Probe("quoted hate", "fr", "Il a crié « sale arabe » à mon fils devant l'école, j'ai porté "
          "plainte.", abusive=False),
    Probe("names a group", "fr", "Les femmes musulmanes du quartier ont organisé un repas.",
          abusive=False),
    Probe("names a group", "fr", "Je suis gay et bénévole chez vous depuis cinq ans.",
          abusive=False),
    Probe("names a group", "en", "The Jewish community opened a soup kitchen next door.",
          abusive=False),
    Probe("harsh word, no target", "fr", "Putain que c'est beau, bravo !", abusive=False),
    Probe("insult", "fr", "Tu n'es qu'un pauvre connard.", abusive=True),
    Probe("insult", "fr", "Bande d'abrutis, vous êtes des ordures.", abusive=True),
    Probe("insult", "en", "You are a worthless piece of garbage, idiot.", abusive=True),
    Probe("obscenity aimed at someone", "fr", "Va te faire enculer.", abusive=True),
    Probe("threat", "fr", "Je sais où tu habites, je vais te crever.", abusive=True),
    Probe("threat", "en", "I will find you and kill you.", abusive=True),
    Probe("hate", "fr", "Les Arabes sont des rats, qu'ils dégagent tous.", abusive=True),
    Probe("hate", "en", "All migrants are vermin and should be wiped out.", abusive=True),
    Probe("polite hate", "fr", "Ces gens-là n'ont pas leur place dans notre pays, par nature.",
          abusive=True),
)  # fmt: skip
