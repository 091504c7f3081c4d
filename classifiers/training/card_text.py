"""The sentences of the model card that no measurement changes."""

from typing import Final

TITLE: Final = """# {id} {version}

Sentiment (negative, neutral, positive) and toxicity (toxic, insult, obscene, threat, identity
attack, sexual) of short social texts, French first, English too. One encoder of 12 layers with two
heads, fine-tuned from multilingual-e5-small; ONNX, {size} MB: matrices in 8 bits, word embeddings
in 4. This card is written by `python -m classifiers.training` from what it measured."""

INTENDED: Final = """## What it is for, and what it must not be used for

It orders comments for a moderator, counts tone over many posts, and lets a machine propose to hide
abuse, reversibly, where a score reaches the hide threshold of its head and language.

It must not be used
- to decide anything about a person: to ban, report, profile or score authors;
- to hide criticism, testimony, questions about money or allegations, however negative: a negative
  sentiment is no abuse, and a toxic score below the threshold is none either;
- to delete anything, or to hide without a way back and a person who looks at it;
- where a head is unknown (None): unknown is not harmless;
- as a measure of public opinion, or on texts other than short posts in the languages below."""

TRAINED_ON: Final = """## Training

{rows} rows of `../shared/data` (train split) and texts written by hand for the project
(`classifiers/training/texts`: counter-speech, criticism, testimony, abuse and their contrasts).
{examples} examples in {steps} steps, {minutes} minutes, seed {seed}; word embeddings frozen;
vocabulary cut to {pieces} pieces. `--seed {seed} --steps {plain_steps}` sees the same rows in the
same order.{note} Mixture: {mixture}.

- Unknown labels are masked, never read as 0. Neutral and positive French sentiment rows and
  everyday sentences without a harsh word serve as weak "not toxic" (weight 0.4, all heads but the
  sexual one). Toxic rows of sources that label nothing as not toxic in their language weigh 0.5.
- Sources: as named in the tables below, and for everyday sentences Common Voice, debates of the
  French parliament, African Storybook, Tatoeba, Persona chat, interface strings, TICO-19 and
  XRiSAWOZ.
- Left out, because share-alike: `diabla_chat_en_fr`, `wiktionary_words_en_fr`, `ud_french_*`
  (their words counted only for the choice of the vocabulary). Left out, because they insult freely
  and nobody labelled them: theatre, jokes, novels, unlabelled film subtitles.
- Still in, and share-alike by their texts (Wikipedia, CC BY-SA): `wiki_context`, `jigsaw_fr` and
  its English source; weaker provenance: `dyn21`, `ken20` (licence by their authors' card only),
  tweets (the platform's terms apply to the texts)."""

LIMITS: Final = """## Known limits

- **Counter-speech, quoted hate and sentences that name a group** are what this kind of model gets
  wrong most: the French labels come from tweets collected by slur words. The written sentences
  lower the scores of phrasings like theirs; whether they help in general was not measured.
- French labels are few and noisy: 45 dev rows are labelled not toxic, so the French thresholds are
  cautious and find little. Quality is the next step.
- Only the first pieces of a long post are read (`max_pieces` in `config.json`).
- Irony, images, spelling meant to evade filters, dialects and mixed languages: not measured.
- Sentiment was learned from tweets and film subtitles only.
- German, Arabic and the other languages ride along; nobody on the project reads their errors.
- Well-formed sentences without slang score low even where they threaten or insult, as the examples
  show: most French toxic rows are tweets, most everyday rows are written carefully.
- Probabilities are not calibrated beyond the thresholds: 0.8 does not mean 80 %."""
