"""The sentences of the English model card. Figures are put in; none is written here.

Keys and fields are those of ``card_fr``.
"""

from typing import Final

TEXTS: Final = {
    "title": """# {id} {version}

*[Cette fiche existe aussi en français.](MODEL_CARD.fr.md)*

Reads short social texts, French first: sentiment (negative, neutral, positive), six kinds of
toxicity (toxic, insult, obscene, threat, identity attack, sexual) and who is attacked (nobody, a
person, a group). One encoder made from multilingual-e5-small (MIT licence); {megabytes} MB of
weights in ONNX. This card is written from `evaluation.json` beside it, by the run that measured
the model (`make eval`, or the end of `make train`).""",
    "use": """## What it is for, and what it must not be used for

It orders comments for a moderator, counts tone over many posts, and lets a machine propose to hide
abuse, reversibly, where a score reaches the hide threshold of its head and language and somebody
is attacked.

It must not be used

- to decide anything about a person: to ban, report, profile or score authors;
- to hide criticism, testimony, questions about money or allegations, however negative: a negative
  sentiment is no abuse, and a toxic score below the threshold is none either;
- to delete anything, or to hide without a way back and a person who looks at it;
- where it is silent: unknown is not harmless;
- as a measure of public opinion, or on texts other than short posts.""",
    "reading": """## How to read the figures

Measured on dev: {rows} texts kept from training, none of which has a near duplicate among what
was trained on (MinHash over character 5-grams). In brackets: the 95 % interval ({resamples}
bootstrap resamples, seed {seed}; Wilson's, in percent, behind counts). “–”: too few texts to
measure. “Public” texts were published by others; “our own” were written for this project as part
of the training texts were, so figures on them say less of other people's texts. Macro-F1, area
under the curve and recall are × 100. Figures at 0.5 and calibration errors (15 bins of equal
mass) are cross-fitted: no text is judged by a calibration that has seen it. Dev also chose the
thresholds, so false alarms at a threshold are a little too good. A score is a probability among
texts mixed like dev's, where abuse is far more common than on most pages: there it says too much.
No public test set was looked at.""",
    "summary": """## In short

In float32: the trained network before its layers were put in 8 bits.""",
    "column_baseline": "TF-IDF",
    "column_float32": "in float32",
    "column_int8": "this model",
    "data": """## Data and licences

{training}

- Public texts: the sources named in the tables below, under the licences that their repositories
  state. Share-alike by their texts (Wikipedia, CC BY-SA): `wiki_context`, `jigsaw_fr` and its
  English source. Weaker provenance: `dyn21`, `ken20` (licence by their authors' card only); tweets
  (the platform's terms apply to the texts). None of them is copied into the repository.
- Our own texts (`classifiers/training/texts`, Apache-2.0): written for the project by a language
  model from a brief, mostly French; nobody real is aimed at.
- Everyday sentences that nobody labelled, read as weakly not toxic: Common Voice, debates of the
  French parliament, African Storybook, Tatoeba, Persona chat, interface strings, TICO-19,
  XRiSAWOZ. Share-alike collections (`diabla_chat_en_fr`, `wiktionary_words_en_fr`, `ud_french_*`)
  served for the choice of the vocabulary only.
- An unknown label is masked, never read as 0.""",
    "training": (
        "Learned from {examples} texts in {steps} steps of {minutes} minutes, drawn, some many"
        " times, from {rows} ({own_rows} of our own); seed {seed}, {layers} layers, {vocabulary}"
        " pieces of vocabulary. Shares drawn: {mixture}.{note}"
    ),
    "no_training": "How this model was trained is not recorded beside it.",
    "sentiment": """## Sentiment

Macro-F1 is over the classes that occur: `xed`, film subtitles with projected labels, has no neutral
texts.""",
    "toxicity": """## Toxicity

Two figures of macro-F1: at 0.5 of the calibrated score, and at the threshold that is best on these
very texts (in parentheses), which flatters a little.""",
    "few_alarms": """### At few false alarms

The share of abuse found where at most 0.2 % or 1 % of the negatives are called too; the number of
negatives says how far such a rate can be trusted (0.2 % takes 500 of them). Then what lies at or
above the hide threshold.""",
    "sources": """### By source: is the text toxic?""",
    "rare": """### Rare heads

Heads for which dev holds fewer than {enough} positives that others published: what they find is
measured on our own texts, and says little of others.""",
    "thresholds": """## Hide thresholds

Chosen on dev: at most {rate} of the labelled negatives of a head, of the texts labelled not toxic
by all heads of a language together, and of everyday sentences that nobody labelled. “Measured”: dev
has at least {measurable} labelled negatives and the head learned from texts that others published;
only such a head may hide without a second witness. Our own texts count among the negatives, and in
French they are most of them (“What reaches them” tells them apart). With fewer negatives the
threshold lies above the highest one.{cautious}""",
    "cautious": """

This model is more cautious: each of its thresholds lies above every labelled negative of its head.
By the rule above more counter-speech of the functional suite reached them than may, so that the
suite chose this, and flatters a little.""",
    "hiding": """### What reaches them

Texts with some head at its threshold and, in the model's eyes, somebody attacked. An upper bound:
heads not measured need a second witness, and budgets apply.""",
    "target": """## Who is attacked""",
    "suite": """## Behaviours

The functional suite (`tests/functional`, French): written before the model was trained, by others
than the training texts, never trained or tuned on. Of {compared} French training texts that are not
everyday sentences, {near} are near duplicates of a case. Right: on the expected side of 0.5.""",
    "goal_met": (
        "**{name}**: {flagged} of {of} harmless cases reach a hide threshold ({hidden} of them with"
        " somebody attacked, which a machine might hide): within the goal of 1 %."
    ),
    "goal_missed": (
        "**{name}**: {flagged} of {of} harmless cases reach a hide threshold ({hidden} of them with"
        " somebody attacked, which a machine might hide): **above the goal of 1 %**."
    ),
    "varieties": """### Varieties of French

The same cases by variety. No native speaker has yet reviewed them.""",
    "failures": """## Failures

The worst of our own dev texts and of the suite: harmless texts with the highest toxic score, abuse
with the lowest. **Some are violent or hateful.** Texts of others are not copied here.""",
    "silence": """## Where it says nothing

Labelled dev texts on which a head is silent, because it has too little data in the language.
Nothing is hidden on what is unknown.""",
    "pieces": """## The tokeniser

Unknown pieces on dev: {overall} of all; by language: {by_language}. The pieces were chosen on all
texts of the data, dev among them, so new texts may hold more.""",
    "limits": """## Not measured

- Irony beyond the suite, images, and conversations: each text is read alone.
- Abuse within a long text: its first page is read in windows (`max_pieces` in `config.json`), but
  few texts of dev are that long, and one insult among many friendly sentences may be missed.
- Languages beyond those in the tables; regional varieties beyond the cases of the suite.
- Real pages of organisations: labelled texts are tweets, forum posts, subtitles and texts of our
  own.""",
    "false_alarm": "called abuse",
    "missed": "missed",
    "hidden_yes": "yes",
    "hidden_no": "no",
    "measured": "yes",
    "unmeasured": "no",
}
HEADERS: Final = {
    "thresholds": ("language", "head", "positives", "threshold", "false alarms", "up to",
                   "everyday", "measured"),
    "failures": ("failure", "function", "text", "toxic", "at the hide threshold"),
}  # fmt: skip
