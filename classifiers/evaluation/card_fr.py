"""Les phrases de la fiche en français; aucun chiffre n’y est écrit.

The keys and fields are those of ``card_en``.
"""

from typing import Final

TEXTS: Final = {
    "title": """# {id} {version}

*[This card in English.](MODEL_CARD.md)*

Lit de courts textes des réseaux sociaux, d’abord en français : le ton (négatif, neutre, positif),
six sortes de toxicité (toxique, injure, obscénité, menace, haine identitaire, sexuel) et qui est
visé (personne, quelqu’un, un groupe). Un encodeur tiré de multilingual-e5-small (licence MIT) ;
{megabytes} Mo de poids en ONNX. Cette fiche est écrite à partir de `evaluation.json`, à côté
d’elle, par le calcul qui a mesuré le modèle (`make eval`, ou la fin de `make train`).""",
    "use": """## À quoi il sert, et à quoi il ne doit pas servir

Il ordonne les commentaires pour une modératrice ou un modérateur, compte le ton de nombreux
messages, et permet à une machine de proposer de masquer un abus, de façon réversible, quand un
score atteint le seuil de masquage de sa tête et de sa langue et que quelqu’un est visé.

Il ne doit pas servir

- à décider quoi que ce soit d’une personne : bannir, signaler, profiler ou noter des auteurs ;
- à masquer la critique, le témoignage, les questions d’argent ou les accusations, si négatives
  soient-elles : un ton négatif n’est pas un abus, un score de toxicité sous le seuil non plus ;
- à supprimer, ou à masquer sans retour possible et sans qu’une personne regarde ;
- là où il se tait : inconnu ne veut pas dire inoffensif ;
- à mesurer l’opinion publique, ni sur d’autres textes que de courts messages.""",
    "reading": """## Comment lire les chiffres

Mesurés sur dev : {rows} textes gardés hors de l’entraînement, dont aucun n’a de quasi-doublon
dans ce qui a été appris (MinHash sur les suites de 5 caractères). Entre crochets : l’intervalle à
95 % ({resamples} rééchantillonnages, graine {seed} ; celui de Wilson, en pourcentage, après un
nombre de textes). « – » : trop peu de textes pour mesurer. Les textes « publics » ont été publiés
par d’autres ; « les nôtres » ont été écrits pour ce projet, comme une partie des textes
d’entraînement : leurs chiffres en disent moins sur les textes d’autrui. Macro-F1, aire sous la
courbe et rappel sont × 100. Les chiffres à 0,5 et les erreurs de calibration (15 classes de même
effectif) sont croisés : aucun texte n’est jugé par une calibration qui l’a vu. Dev a aussi choisi
les seuils : les fausses alertes au seuil sont donc un peu trop belles. Un score est une probabilité
parmi des textes mêlés comme ceux de dev, où l’abus est bien plus courant que sur la plupart des
pages : là, il en dit trop. Aucun jeu de test public n’a été regardé.""",
    "summary": """## En bref

En float32 : le réseau entraîné, avant que ses couches passent en 8 bits.""",
    "column_baseline": "TF-IDF",
    "column_float32": "en float32",
    "column_int8": "ce modèle",
    "data": """## Données et licences

{training}

- Textes publics : les sources nommées dans les tableaux, sous les licences que leurs dépôts
  indiquent. À partager à l’identique par leurs textes (Wikipédia, CC BY-SA) : `wiki_context`,
  `jigsaw_fr` et sa source anglaise. Provenance plus faible : `dyn21`, `ken20` (licence d’après la
  seule fiche de leurs auteurs) ; les tweets (les conditions de la plateforme s’appliquent aux
  textes). Aucun n’est copié dans le dépôt.
- Nos propres textes (`classifiers/training/texts`, Apache-2.0) : écrits pour le projet par un
  modèle de langue d’après une consigne, surtout en français ; personne de réel n’y est visé.
- Phrases du quotidien que personne n’a annotées, lues faiblement comme non toxiques : Common Voice,
  débats du parlement français, African Storybook, Tatoeba, Persona chat, textes d’interface,
  TICO-19, XRiSAWOZ. Les recueils à partager à l’identique (`diabla_chat_en_fr`,
  `wiktionary_words_en_fr`, `ud_french_*`) n’ont servi qu’au choix du vocabulaire.
- Une étiquette inconnue est masquée, jamais lue comme 0.""",
    "training": (
        "Appris de {examples} textes en {steps} pas, en {minutes} minutes, tirés, certains maintes"
        " fois, parmi {rows} (dont {own_rows} des nôtres) ; graine {seed}, {layers} couches,"
        " vocabulaire de {vocabulary} morceaux. Parts du tirage : {mixture}.{note}"
    ),
    "no_training": "La façon dont ce modèle a été entraîné n’est pas notée à côté de lui.",
    "sentiment": """## Ton

La macro-F1 porte sur les classes présentes : `xed`, des sous-titres de films aux étiquettes
projetées, n’a pas de textes neutres.""",
    "toxicity": """## Toxicité

Deux macro-F1 : à 0,5 du score calibré, et au seuil le meilleur sur ces textes mêmes (entre
parenthèses), ce qui flatte un peu.""",
    "few_alarms": """### Avec peu de fausses alertes

La part des abus trouvés quand au plus 0,2 % ou 1 % des textes sans abus sont pris aussi ; leur
nombre dit jusqu’où l’on peut croire un tel taux (0,2 % en demande 500). Puis ce qui atteint le
seuil de masquage.""",
    "sources": """### Par source : le texte est-il toxique ?""",
    "rare": """### Têtes rares

Celles pour lesquelles dev contient moins de {enough} exemples publiés par d’autres : ce qu’elles
trouvent est mesuré sur nos propres textes, et dit peu de chose des autres.""",
    "thresholds": """## Seuils de masquage

Choisis sur dev : au plus {rate} des textes annotés sans l’abus d’une tête, des textes annotés non
toxiques pour toutes les têtes d’une langue ensemble, et des phrases du quotidien que personne n’a
annotées. « Mesuré » : dev compte au moins {measurable} textes annotés sans cet abus, et la tête a
appris de textes publiés par d’autres ; seule une telle tête peut masquer sans second témoin. Nos
propres textes y comptent, et font l’essentiel des textes inoffensifs en français (« Ce qui les
atteint » les distingue). Avec moins de textes, le seuil est au-dessus du score le plus
haut.{cautious}""",
    "cautious": """

Ce modèle est plus prudent : chacun de ses seuils est au-dessus des scores de tous les textes
annotés sans l’abus de sa tête. Selon la règle ci-dessus, trop de cas de contre-discours de la suite
fonctionnelle les atteignaient ; la suite a donc décidé de cela, et flatte un peu.""",
    "hiding": """### Ce qui les atteint

Les textes dont une tête atteint son seuil et où, pour le modèle, quelqu’un est visé. Une borne
supérieure : les têtes non mesurées demandent un second témoin, et les budgets s’appliquent.""",
    "target": """## Qui est visé""",
    "suite": """## Comportements

La suite fonctionnelle (`tests/functional`, en français) : écrite avant l’entraînement, par d’autres
que les textes d’entraînement, jamais apprise ni utilisée pour régler. Sur {compared} textes
français appris qui ne sont pas des phrases du quotidien, {near} sont des quasi-doublons d’un cas.
Juste : du côté attendu de 0,5.""",
    "goal_met": (
        "**{name}** : {flagged} des {of} cas inoffensifs atteignent un seuil de masquage ({hidden}"
        " avec quelqu’un de visé, qu’une machine pourrait masquer) : dans l’objectif de 1 %."
    ),
    "goal_missed": (
        "**{name}** : {flagged} des {of} cas inoffensifs atteignent un seuil de masquage ({hidden}"
        " avec quelqu’un de visé, qu’une machine pourrait masquer) : **au-dessus de l’objectif de"
        " 1 %**."
    ),
    "varieties": """### Variétés du français

Les mêmes cas par variété. Aucun locuteur natif ne les a encore relus.""",
    "failures": """## Échecs

Les pires de nos textes de dev et de la suite : les inoffensifs au score de toxicité le plus haut,
les abus au score le plus bas. **Certains sont violents ou haineux.** Les textes d’autrui ne sont
pas copiés ici.""",
    "silence": """## Là où il ne dit rien

Les textes annotés de dev sur lesquels une tête se tait, faute de données dans la langue. Rien n’est
masqué sur ce qui est inconnu.""",
    "pieces": """## Le découpage en morceaux

Morceaux inconnus sur dev : {overall} en tout ; par langue : {by_language}. Les morceaux ont été
choisis sur tous les textes des données, dev compris : des textes neufs peuvent en compter plus.""",
    "limits": """## Non mesuré

- L’ironie au-delà de la suite, les images et les conversations : chaque texte est lu seul.
- L’abus au milieu d’un long texte : sa première page est lue par fenêtres
  (`max_pieces` dans `config.json`), mais peu de textes de dev sont si longs, et une insulte parmi
  bien des phrases aimables peut échapper.
- Les langues absentes des tableaux ; les variétés régionales au-delà des cas de la suite.
- Les vraies pages d’organisations : les textes annotés sont des tweets, des messages de forum, des
  sous-titres et nos propres textes.""",
    "false_alarm": "pris pour un abus",
    "missed": "manqué",
    "hidden_yes": "oui",
    "hidden_no": "non",
    "measured": "oui",
    "unmeasured": "non",
}
HEADERS: Final = {
    "thresholds": ("langue", "tête", "exemples", "seuil", "fausses alertes", "jusqu’à",
                   "quotidien", "mesuré"),
    "failures": ("échec", "comportement", "texte", "toxique", "au seuil de masquage"),
}  # fmt: skip
