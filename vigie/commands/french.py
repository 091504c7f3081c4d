"""The French of the results at the terminal, by the English sentence; typeset in `wording`."""

from typing import Final

FRENCH: Final = {
    # One text
    "“{text}”": "« {text} »",
    "Model": "Modèle",
    "Language": "Langue",
    "Attacked": "Visé",
    "As a comment": "En commentaire",
    "Sentiment": "Ton",
    "Toxicity": "Toxicité",
    "negative": "négatif",
    "neutral": "neutre",
    "positive": "positif",
    "toxic": "toxique",
    "insult": "injure",
    "obscene": "obscénité",
    "threat": "menace",
    "identity attack": "haine identitaire",
    "sexual": "sexuel",
    "nobody": "personne n'est visé",
    "a person": "une personne",
    "a group": "un groupe",
    "unknown": "inconnu",
    "measured": "mesuré",
    "not measured": "non mesuré",
    "reaches {limit}, {proof}": "seuil {limit} atteint, {proof}",
    "below {limit}, {proof}": "sous le seuil {limit}, {proof}",
    "no threshold": "sans seuil",
    "not recognised": "non reconnue",
    "{name} ({code}), as given": "{name} ({code}), indiqué",
    "{name} ({code}), confidence {sure}": "{name} ({code}), confiance {sure}",
    "would be hidden": "serait masqué",
    "would be proposed to a person": "serait proposé à une personne",
    "would be left alone": "serait laissé",
    "There is nothing to read here: the model was not asked.": (
        "Il n'y a rien à lire ici : le modèle n'a pas été consulté."
    ),
    "The model gave no usable number for this text.": (
        "Le modèle n'a donné aucun chiffre utilisable pour ce texte."
    ),
    "The model has no heads of abuse for this language: {name}.": (
        "Le modèle ne se prononce pas sur les propos abusifs dans cette langue : {name}."
    ),
    "The language was not recognised: no head of abuse can be trusted.": (
        "Langue non reconnue : le modèle ne se prononce pas sur les propos abusifs."
    ),
    "Nothing would be hidden.": "Rien ne serait masqué.",
    "Words that weigh on “{head}”": "Mots qui pèsent sur « {head} »",
    "without it {before} → {after}": "sans cela {before} → {after}",
    "No word alone moves the score much.": "Aucun mot, à lui seul, ne change beaucoup le score.",
    "The text has a single word: nothing can be left out.": (
        "Le texte n'a qu'un mot : on ne peut rien en retirer."
    ),
    # A file
    "{n} text": "{n} texte",
    "{n} texts": "{n} textes",
    "texts": "textes",
    "share": "part",
    "at the hide threshold": "au seuil de masquage",
    "{head}: scored": "{head} : évalué",
    "attacked: {who}": "visé : {who}",
    "nothing to read": "rien à lire",
    "language not covered": "langue non couverte",
    "model without a number": "modèle sans chiffre",
    # Two models
    "There was no text to compare.": "Il n'y avait aucun texte à comparer.",
    "Of {texts} texts, newly at a hide threshold: {newly}; no longer: {no_longer}. "
    "Same sentiment: {same}. B runs {factor} times as fast as A.": (
        "Textes : {texts} ; atteindraient un seuil de masquage : {newly} ; ne l'atteindraient "
        "plus : {no_longer}. Même ton : {same}. B va {factor} fois aussi vite que A."
    ),
    "texts per second": "textes par seconde",
    "{same} of {known} ({share})": "{same} sur {known} ({share})",
    "Same sentiment: {sentiment}; same target: {target}": (
        "Même ton : {sentiment} ; même cible : {target}"
    ),
    "Texts at the hide threshold, each model by its own": (
        "Textes au seuil de masquage, chaque modèle au sien"
    ),
    "newly": "nouveaux",
    "no longer": "n'y sont plus",
    "head gained": "score gagné",
    "head lost": "score perdu",
    "any of them": "au moins un",
    "Largest changes": "Plus grands changements",
    "text's id": "id du texte",
    "head": "score",
    "change": "changement",
    "text": "texte",
    # One model
    "Sentiment in {languages}; tells who is attacked: {target}": (
        "Ton en {languages} ; dit qui est visé : {target}"
    ),
    "yes": "oui",
    "no": "non",
    "file": "fichier",
    "state": "état",
    "intact": "intact",
    "changed: Vigie refuses to load it": "modifié : Vigie refuse de le charger",
    "missing: Vigie refuses to load it": "absent : Vigie refuse de le charger",
    "Hide thresholds": "Seuils de masquage",
    "✓ false alarms measured, ? not measured, • known without threshold, – unknown": (
        "✓ fausses alertes mesurées, ? non mesurées, • connu sans seuil, – inconnu"
    ),
    "Calibration: scale of the logit, and offset": "Calibration : échelle du logit, et décalage",
    "A Hugging Face id: its labels are read when it is loaded.": (
        "Un identifiant Hugging Face : ses étiquettes sont lues quand on le charge."
    ),
    "label": "étiquette",
    "Somebody else's model: nothing is hidden on its word.": (
        "Le modèle de quelqu'un d'autre : rien n'est masqué sur sa parole."
    ),
}
