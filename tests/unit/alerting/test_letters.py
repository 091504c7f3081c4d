"""What the e-mail says: on the first screen, in both renderings, and what it must never do."""

import re
from collections.abc import Sequence
from datetime import timedelta

import pytest

from alerting.messages.composer import Composer
from alerting.messages.language import NARROW
from vigie.domain.incident import (
    Cause,
    IncidentChange,
    IncidentEvent,
    Level,
    Part,
    Signal,
    SignalKind,
)
from vigie.domain.notification import Channel, NotifyReason
from vigie.domain.post import Platform, Post
from vigie.errors import Rejected
from vigie.ports import Message
from vigie.testing.alerts import NEGATIVES, a_notification, a_person, a_watch, an_incident
from vigie.testing.builders import a_post
from vigie.testing.clock import START

BOARD = "https://vigie.sourcebelle.example/d/vigie?a=1&b=2"
STORED = [
    a_post(
        1,
        text="Honteux <script>alert(1)</script> & triste",
        platform=Platform.FACEBOOK,
        id="facebook:1",
        url="https://social.example/1",
    ),
    a_post(2, text="Encore une fois…", url="javascript:alert(1)"),
]
EVIDENCE = ("facebook:1", "practice:2")


def read(ids: Sequence[str]) -> list[Post]:
    """Return the stored posts among these, in no promised order."""
    return [post for post in reversed(STORED) if post.id in ids]


def mail(
    event: IncidentEvent | None,
    *,
    reason: NotifyReason = NotifyReason.LEVEL_RAISED,
    language: str = "fr",
    email: str | None = "alix@sourcebelle.example",
    name: str = "Campagne Eau",
) -> Message:
    """Return the e-mail, with plain spaces for narrow ones to ease reading."""
    compose = Composer(
        watches={"eau": a_watch(name=name)},
        organisation="Sourcebelle",
        time_zone="Europe/Paris",
        posts=read,
        board_url=BOARD,
    )
    notification = a_notification(channel=Channel.EMAIL, event=event, reason=reason)
    return compose(notification, a_person(language=language, email=email))


def eased(text: str | None) -> str:
    """Return the text with ordinary spaces and the HTML of & undone."""
    return (text or "").replace(NARROW, " ").replace("&amp;", "&").replace("&#39;", "'")


def test_the_subject_has_level_number_watch_and_figure_against_normal() -> None:
    """Readable in a list of mails."""
    assert (
        eased(mail(an_incident()).subject)
        == "ROUGE #184 Campagne Eau : 128 négatifs/15min (normal 21)"
    )
    english = mail(an_incident(caught_up=True), language="en").subject
    assert english == (
        "RED #184 Campagne Eau: 128 negative/15min (normal 21) – detected while catching up"
    )


def test_the_first_three_sentences_say_what_how_far_and_what_was_done() -> None:
    """Before anything else, in both renderings."""
    message = mail(an_incident())
    sentences = [
        "« Campagne Eau » est au niveau ROUGE : 128 messages négatifs en 15 minutes.",
        "C’est 6,1 fois la normale (21). Part : 43 % de 300 messages (37 % à 48 %).",
        "Vigie vous prévient ; personne ne s’en occupe encore.",
    ]
    assert eased(message.text).splitlines()[3:6] == sentences
    for sentence in sentences:
        assert f"<p>{sentence}</p>" in eased(message.html)


def test_both_renderings_say_the_same() -> None:
    """Nothing is missing for who reads plain text."""
    message = mail(an_incident(evidence=EVIDENCE))
    words = re.sub(
        r"<style>.*?</style>|<title>.*?</title>|<[^>]*>", " ", message.html or "", flags=re.DOTALL
    )
    asked = {"(afficher", "texte)", "Voir", "l’original"}
    html = set(eased(words).replace("&lt;", "<").replace("&gt;", ">").split()) - asked
    assert html <= set(eased(message.text).split())


def test_signals_stand_in_a_table_with_their_n_and_interval() -> None:
    """And a share of few posts says that it says nothing."""
    few = Signal(SignalKind.TOXIC, count=4, n=7, expected=0.0, low=0.25, high=0.84)
    volume = Signal(SignalKind.VOLUME, count=300, n=300, expected=60.0, low=1.0, high=1.0)
    text = eased(mail(an_incident(signals=(volume, few, NEGATIVES))).text)
    assert "Négatifs | 128 | 21 | 43 % de 300 messages (37 % à 48 %)" in text
    assert "Abusifs | 4 | 0 | 7 messages : trop peu pour conclure" in text
    assert "Tous les messages | 300 | 60 | –" in text


def test_where_normal_is_nothing_no_ratio_is_made_up() -> None:
    """A division by zero is not a crisis."""
    unseen = Signal(SignalKind.NEGATIVE, count=40, n=50, expected=0.0, low=0.67, high=0.89)
    assert "D’ordinaire il n’y en a aucun." in mail(an_incident(signals=(unseen,))).text


def test_comments_are_veiled_in_html_and_come_last_in_plain_text() -> None:
    """In the order of their weight, after a warning."""
    message = mail(an_incident(evidence=EVIDENCE))
    details = re.findall(r"<details>.*?</details>", message.html or "", flags=re.DOTALL)
    assert len(details) == 2
    assert "Honteux" in details[0]
    outside = re.sub(r"<details>.*?</details>", "", message.html or "", flags=re.DOTALL)
    assert "Honteux" not in outside
    before, after = message.text.split("Textes des commentaires")
    assert "Honteux" not in before
    assert "Attention" in before.splitlines()[-2]
    assert after.index("Honteux") < after.index("Encore")


def test_the_words_of_the_cause_are_veiled_too() -> None:
    """They were written by whoever accuses, or insults."""
    terms = (Part("détournement", 19), Part("voleurs", 1_200))
    cause = Cause(posts=41, accounts=33, terms=terms, fresh=12, new_terms=("plainte", "<b>"))
    message = mail(an_incident(cause=cause))
    details = re.findall(r"<details>.*?</details>", message.html or "", flags=re.DOTALL)
    assert "détournement (19), voleurs (1 200)" in eased(details[0])
    assert "plainte, &lt;b&gt;" in details[1]
    outside = re.sub(r"<details>.*?</details>", "", message.html or "", flags=re.DOTALL)
    assert "voleurs" not in outside
    assert "Mots nouveaux des 20 dernières minutes\nplainte, <b>" in eased(message.text)


def test_what_people_wrote_cannot_act_in_the_mail() -> None:
    """Tags are escaped, and only web addresses are linked."""
    message = mail(an_incident(evidence=EVIDENCE))
    assert "<script" not in (message.html or "")
    assert "javascript:" not in (message.html or "") + message.text
    assert 'href="https://social.example/1"' in (message.html or "")


def test_nothing_remote_is_loaded() -> None:
    """Opening an alert tells nobody."""
    html = mail(an_incident(evidence=EVIDENCE)).html or ""
    assert not re.search(r"<img|<link|<iframe|@import|url\(|src=", html)


def test_comments_that_are_not_stored_are_counted() -> None:
    """The record may come after the alert, or the post is gone."""
    text = mail(an_incident(evidence=(*EVIDENCE, "practice:8", "practice:9"))).text
    assert "2 commentaires à l’origine de cette alerte ne sont pas encore enregistrés" in text
    assert "pas encore" not in mail(an_incident(evidence=EVIDENCE)).text


def test_what_is_not_known_and_which_rule_spoke_is_said() -> None:
    """With the link to the board."""
    text = eased(mail(an_incident(caught_up=True)).text)
    assert "Ce que nous ne savons pas\n- Détecté au rattrapage" in text
    assert "Incident eau-184, étape 1. Version de la règle : 7f3a." in text
    assert f"Ouvrir le tableau : {BOARD}" in text


def test_who_took_it_on_is_named() -> None:
    """So that nobody does it twice."""
    assert "noe s’en occupe" in mail(an_incident(acknowledged_by="noe")).text


def test_the_closing_mail_says_when_it_ended_and_since_when_it_lasted() -> None:
    """In the thread of the incident."""
    ended = an_incident(
        change=IncidentChange.RESOLVED,
        level=Level.VERT,
        at=START + timedelta(minutes=85),
        signals=(),
    )
    message = mail(ended, reason=NotifyReason.RESOLVED)
    assert eased(message.subject) == "RÉSOLU #184 Campagne Eau : incident clos à 10 h 25"
    assert "Il était ouvert depuis 9 h 00." in eased(message.text)
    assert message.thread == mail(an_incident()).thread == "eau-184"


@pytest.mark.parametrize(("language", "word"), [("fr", "EXERCICE"), ("en", "DRILL")])
def test_a_test_mail_says_that_it_is_one(language: str, word: str) -> None:
    """And belongs to no incident."""
    message = mail(None, reason=NotifyReason.TEST, language=language)
    assert (message.subject or "").startswith(word)
    assert message.thread is None


def test_a_name_over_two_lines_makes_one_subject() -> None:
    """A header is one line."""
    assert "\n" not in (mail(an_incident(), name="Campagne\nEau").subject or "")
    ended = an_incident(change=IncidentChange.RESOLVED, level=Level.VERT)
    closing = mail(ended, name="Campagne\nEau", reason=NotifyReason.RESOLVED)
    assert "\n" not in (closing.subject or "")


def test_a_message_to_somebody_without_an_address_is_given_up() -> None:
    """The address may have gone while the message waited."""
    with pytest.raises(Rejected, match="alix has no email address"):
        mail(an_incident(), email=None)


def test_a_silent_source_is_no_level_and_says_what_cannot_be_known() -> None:
    """The reader must look for themselves."""
    silent = Signal(
        SignalKind.SILENCE,
        count=0,
        n=0,
        expected=21.4,
        low=0.0,
        high=1.0,
        window_s=5400.0,
        subject="page-facebook",
    )
    letter = mail(an_incident(level=Level.JAUNE, signals=(silent,)))
    text = eased(letter.text)
    assert eased(letter.subject) == (
        "ÉCOUTE COUPÉE #184 Campagne Eau : rien de page-facebook depuis 1h30 (normal 21)"
    )
    assert "plus rien de page-facebook en 90 minutes." in text
    assert "On en attendait 21." in text
    assert "on ne peut pas le savoir d’ici" in text
    assert "ironie" not in text


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (NotifyReason.UNANSWERED, "Aucune des personnes prévenues avant vous n’a répondu"),
        (NotifyReason.PASSED_ON, "Quelqu’un a passé son tour : c’est à vous."),
        (NotifyReason.TAKER_QUIET, "La personne qui s’en occupait n’a plus donné signe"),
    ],
)
def test_who_is_asked_after_others_reads_why_on_the_first_screen(
    reason: NotifyReason, said: str
) -> None:
    """Among the first sentences."""
    assert said in eased(mail(an_incident(), reason=reason).text)
