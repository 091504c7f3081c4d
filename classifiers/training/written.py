"""Sentences written for this project: what a monitor of an NGO must never call abuse.

Counter-speech, quoted or reported hate, sentences that name a group, harsh but civil criticism and
testimony. Every label is "not toxic" by construction. They fill a gap of the public data by
template, are trained on and therefore measure nothing.
"""

from collections.abc import Iterator
from typing import Final

_GROUPS_FR: Final = (
    "les musulmans", "les juifs", "les chrétiens", "les femmes", "les personnes handicapées",
    "les personnes trans", "les homosexuels", "les migrants", "les réfugiés", "les Noirs",
    "les Arabes", "les Roms", "les étrangers", "les personnes âgées", "les lesbiennes",
    "les Africains", "les Asiatiques", "les immigrés", "les sans-abri", "les Maghrébins",
)  # fmt: skip
_GROUPS_EN: Final = (
    "Muslims", "Jews", "Christians", "women", "disabled people", "trans people", "gay people",
    "migrants", "refugees", "Black people", "Arabs", "Roma people", "foreigners", "old people",
    "lesbians", "Africans", "Asians", "immigrants", "homeless people",
)  # fmt: skip

_WITH_GROUP_FR: Final = (
    "Dire que {g} ne valent rien est une honte, je signale ce commentaire.",
    "Arrêtez de vous en prendre à {g}.",
    "« Dehors {g} » : voilà ce qu'on lit ici, et c'est inacceptable.",
    "Comment peut-on encore écrire qu'il faut haïr {g} ? Le racisme n'a pas sa place ici.",
    "Traiter {g} de parasites, c'est de la haine, pas une opinion.",
    "Votre association aide {g}, merci pour eux.",
    "Dans mon quartier, {g} sont mes voisins et tout se passe bien.",
    "Je travaille avec {g} depuis dix ans.",
    "Une étude sur {g} est parue ce matin.",
    "Pourquoi {g} n'ont-ils pas accès à cette aide ?",
    "J'admire {g} qui se battent pour leurs droits.",
    "Il n'y a aucune raison de détester {g}.",
    "On m'a insultée parce que je défends {g}, j'ai porté plainte.",
    "Celui qui dit « je déteste {g} » doit répondre de ses propos.",
    "Le rapport compte {g} parmi les premières victimes de la crise.",
    "Vous avez oublié {g} dans votre programme, c'est décevant.",
)
_WITH_GROUP_EN: Final = (
    "Saying that {g} are worthless is a disgrace, I am reporting this comment.",
    "Stop attacking {g}.",
    "\u201cGet rid of {g}\u201d is what people post here, and it is unacceptable.",
    "Calling {g} parasites is hate, not an opinion.",
    "Thank you for helping {g}.",
    "I have worked with {g} for ten years.",
    "Why are {g} shut out of this programme?",
    "There is no reason to hate {g}.",
    "I was insulted because I stand up for {g}.",
    "Anyone who says \u201cI hate {g}\u201d should answer for it.",
    "The report counts {g} among the first victims of the crisis.",
    "You forgot {g} in your programme, that is disappointing.",
)
_CIVIL_FR: Final = (
    "Où va l'argent des dons ? Nous attendons toujours les comptes.",
    "Votre gestion est catastrophique et vos réponses ne sont pas sérieuses.",
    "Je suis scandalisé par le salaire de votre directeur.",
    "Je ne donnerai plus un centime à cette association.",
    "C'est une honte, vous abandonnez les gens que vous prétendez aider.",
    "Vous mentez à vos donateurs, et je pèse mes mots.",
    "Un de vos salariés m'a harcelée et personne n'a réagi.",
    "J'ai été agressée pendant une mission, je témoigne pour que cela cesse.",
    "On me traite d'idiot quand je pose une question sur le budget, ce n'est pas normal.",
    "Votre campagne est ratée, mal pensée et blessante.",
    "Démission de la présidente, il faut des comptes et une enquête.",
    "C'est du détournement de fonds, j'ai saisi la justice.",
    "Quelle déception, je soutenais votre cause depuis vingt ans.",
    "Vos équipes sont arrivées trop tard, des gens sont morts.",
    "Il a été tué dans le bombardement de l'hôpital, toutes nos pensées à sa famille.",
    "Les bombes ont détruit l'école, c'est terrible.",
    "Elle m'a dit « tu es nulle », et votre modérateur n'a rien fait.",
    "Ce commentaire contient des insultes, pouvez-vous le supprimer ?",
    "Votre politique est inefficace et vous le savez très bien.",
    "J'en ai marre de vos relances au téléphone, laissez-moi tranquille.",
    "Honte à vous pour ce silence.",
    "Votre communication est nulle, on ne comprend rien.",
    "Je suis très en colère contre votre organisation.",
    "C'est n'importe quoi cette campagne, sérieusement.",
    "Franchement, vous vous moquez du monde avec ces frais de fonctionnement.",
    "Des milliers d'enfants meurent de faim et personne n'en parle.",
)
_CIVIL_EN: Final = (
    "Where does the money go? We are still waiting for the accounts.",
    "Your management is a disaster and your answers are not serious.",
    "I am outraged by your director's salary.",
    "I will never give another penny to this charity.",
    "Shame on you, you abandon the people you claim to help.",
    "You lie to your donors.",
    "One of your employees harassed me and nobody reacted.",
    "I was assaulted during a mission and I am speaking so that it stops.",
    "People call me an idiot for asking about the budget, that is not right.",
    "This campaign is a failure, badly thought out and hurtful.",
    "The president must resign, we need an audit.",
    "He was killed when the hospital was bombed, our thoughts are with his family.",
    "This comment is full of insults, please remove it.",
    "I am very angry with your organisation.",
    "Thousands of children are starving and nobody talks about it.",
)


def written_negatives() -> Iterator[tuple[str, str]]:
    """Yield (text, language) of every sentence, the templates filled with every group."""
    for language, templates, groups, civil in (
        ("fr", _WITH_GROUP_FR, _GROUPS_FR, _CIVIL_FR),
        ("en", _WITH_GROUP_EN, _GROUPS_EN, _CIVIL_EN),
    ):
        yield from ((one.format(g=group), language) for one in templates for group in groups)
        # Each civil sentence stands alone against twenty fillings of a template.
        yield from ((sentence, language) for sentence in civil for _ in range(3))
