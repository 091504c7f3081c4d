"""What a post does: thank, inform, criticise, attack, report a fault. Rules one can read.

They rest on who is attacked, what the post is about, its sentiment and the words of its stance.
Sorrow about the world is information; only what is about the watch can be against it.
"""

import re
from typing import Final

from vigie.domain.assessment import Assessment, Scores, Target
from vigie.domain.incident import Nature
from vigie.domain.post import Kind
from vigie.domain.watch import Watch, fold, names

TOXIC_AT: Final = 0.5
"""From this probability on a post counts as toxic in tallies; hiding asks for far more."""
_POSITIVE_AT: Final = 0.6
_NEGATIVE_AT: Final = 0.75
"""Of a text that speaks neither of us nor to us: much that stands below our posts does neither."""


def _any_of(words: str) -> re.Pattern[str]:
    """Return what finds any of the words; one that ends in * may go on."""
    alternatives = (re.escape(w).replace(r"\*", r"\w*").replace("_", " ") for w in words.split())
    ends = (word if word.endswith("'") else rf"{word}(?!\w)" for word in alternatives)
    return re.compile(rf"(?<!\w)(?:{'|'.join(ends)})")


_TO_US: Final = _any_of("vous votre vos you your yours")
_ACCUSATION: Final = _any_of(
    "scandal* honte* detourn* fraud* corrup* arnaqu* escro* mensong* ment mentez mentent"
    " menti mentir menteur* menteuse* voleu* volez vole_l' vole_les vole_notre vole_nos a_vole"
    " ont_vole avez_vole argent_vole dons_voles volent_l' volent_les volent_nos voler_l' voler_les"
    " complice* demission* plainte*"
    " boycott* inadmissible* indign* indigne* hypocri* inacceptable* trahi* irresponsab*"
    " a_cause_de la_faute votre_faute leur_faute faute_grave faute_professionnelle negligen*"
    " opaqu* ou_passe ou_est_passe ou_sont_passes ou_va_l' ou_va_mon ou_va_notre ou_va_votre"
    " ou_va_tout ou_vont_les ou_vont_mes ou_vont_nos ou_vont_vos"
    " rendez_l'argent rendre_des_comptes rendez_des_comptes plus_un_centime"
    " plus_un_euro plus_jamais ne_donnerai_plus je_ne_donne_plus abus* harcel* votre_silence"
    " cachez cachent etouff* malhonnete* decu* decevant* colere revolt* accus* profiteu*"
    " profitent gaspill* sham* disgrac* scam* liar* lied lies lying stole* steal* embezzl* resign*"
    " unacceptable betray* where_did where_is_the_money where_does cover-up coverup cover_up"
    " accountab* negligent never_again not_a_penny not_a_cent stop_donating misus* mislead*"
    " dishonest* blame* outrag* hypocrit* wasted wasting waste_of"
)
_OPPOSED: Final = re.compile(
    r"(?<!\w)(?:contre|combatt\w*|against|fight(?:s|ing)?)"
    r"\s+(?:(?:le|la|les|toute?s?|the|all)\s+|l')?\w+"
)
"""What somebody stands up against, as « contre le harcèlement »: no accusation of ours."""
_EMERGENCY: Final = _any_of(
    "incendie* seisme* tremblement_de_terre explosion* accident* derail* victime* mort morts"
    " morte deces decede* blesse* disparu* evacu* attentat* inond* tempete* cyclone* ouragan*"
    " tsunami* catastroph* secour* pompier* sinistre* effondr* eboulement* epidemi* famine*"
    " secheresse* crue crues wildfire* fire fires earthquake* quake explosion* crash* victim*"
    " dead death deaths killed injured missing evacuat* bombing* flood* storm* hurricane*"
    " typhoon* disaster* rescue* firefighter* emergency collaps* outbreak tragedi* tragedy"
    " tragique* condoleance* pensees prions prier pray* prayer* rip thoughts hommage*"
)
_SUPPORT: Final = _any_of(
    "merci* bravo* courage* soutien* souten* felicit* formidable* chapeau* fier fiere fiers"
    " hourra* continuez bon_travail beau_travail beau_projet magnifique* genial* super thank*"
    " congrat* well_done proud keep_it_up great_job great_work amazing wonderful love"
)
_THING: Final = _any_of(
    "site* page* lien* formulaire* paiement* payer appli* application* connexion* serveur*"
    " website* link* form forms payment* app apps login* server* checkout"
)
_BROKEN: Final = _any_of(
    "marche_pas marche_plus fonctionne_pas fonctionne_plus panne* bug* plante plantent"
    " erreur* impossible* bloqu* inaccessible* 404 500 502 503 hors_service rame not_working"
    " doesn't_work does_not_work down broken error* crashes crashed crashing unable"
    " cannot_access can't_access won't_load timeout"
)
_QUOTE: Final = re.compile(r'«[^»]{3,}»|"[^"]{3,}"|“[^”]{3,}”')
_NEWS: Final = re.compile(
    r"https?://|\brt @|\bvia @|(?<!\w)(?:flash|breaking|en direct|selon|urgent)"
)


def is_abuse(scores: Scores) -> bool:
    """Say whether somebody is abused: swearing at nobody is none, however strong the words."""
    return (scores.toxicity.toxic or 0.0) >= TOXIC_AT and scores.target is not Target.NOBODY


def nature_of(assessment: Assessment, watch: Watch) -> Nature:
    """Return what the post does, as this watch sees it; OTHER where there is nothing to read."""
    post, scores = assessment.post, assessment.scores
    if scores is None:
        return Nature.OTHER
    text = fold(post.text).replace("’", "'")
    below_ours = post.kind is Kind.COMMENT
    about_us = names(watch, post.text) or (below_ours and bool(_TO_US.search(text)))
    if is_abuse(scores) and scores.target is not None and about_us:
        return Nature.ATTACK
    # Who quotes, and neither names nor addresses us, mostly answers somebody else's hate.
    perhaps = about_us or (below_ours and not _QUOTE.search(text))
    return _civil(text, scores, surely=about_us, perhaps=perhaps)


def _civil(text: str, scores: Scores, *, surely: bool, perhaps: bool) -> Nature:
    """Return the nature of what attacks nobody and is `surely` or `perhaps` about us.

    `text` is folded.
    """
    feels = scores.sentiment
    thanks = feels.positive >= _POSITIVE_AT or (_SUPPORT.search(text) and not feels.is_negative)
    if perhaps and not thanks and _ACCUSATION.search(_OPPOSED.sub("", text)):
        return Nature.CRITICISM
    if _THING.search(text) and _BROKEN.search(text):
        return Nature.FAULT
    if _EMERGENCY.search(text):
        return Nature.INFORMATION
    if thanks:
        return Nature.SUPPORT
    if perhaps and feels.is_negative and (surely or feels.negative >= _NEGATIVE_AT):
        return Nature.CRITICISM
    return Nature.INFORMATION if _NEWS.search(text) else Nature.OTHER
