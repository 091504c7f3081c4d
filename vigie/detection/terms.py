"""The words of a post that can carry a theme: without the small ones that every text has."""

import re
from typing import Final

MOST: Final = 12
"""Of a post; the longest, since small talk has short words."""
_LEAST_LETTERS: Final = 4
_LONGEST: Final = 24
_WORD: Final = re.compile(r"#?[^\W\d_]+(?:-[^\W\d_]+)*")
_LINK: Final = re.compile(r"https?://\S+|@\w+")
_SMALL_WORDS: Final = """
    alors ainsi apres assez aucun aucune aussi autre autres avait avec avez avoir avons beaucoup
    bien bonjour cela celle celles celui cependant ceux chaque chez comme comment contre cette
    dans depuis derriere devant devez doit doivent donc elle elles encore entre etaient etait etes
    etre fait faire faites fois font hier jamais juste leur leurs lors mais meme memes merci mieux
    moins monde nous notre parce parfois pendant personne peut peuvent plus plutot pour pourquoi
    pouvez presque puis quand quel quelle quelles quels quelque quelques quoi rien sans sera serait
    seront ses soit sommes sont sous souvent suis surtout tant tellement toujours tous tout toute
    toutes tres trop vers voici voila vont votre vous vraiment aujourd
    about after again against also always because been before being between both cannot could does
    doing done down during each even ever every from have having here into just like made make many
    might more most much must never only other over really same should since some still such than
    that their them then there these they thing this those through today under until very want were
    what when where which while will with would your yours
    """
_SMALL: Final = frozenset(_SMALL_WORDS.split())


def terms(folded: str) -> tuple[str, ...]:
    """Return the words of a text without case and accents, each once, the longest first.

    >>> terms("ou est passe l'argent des #puits ? voir https://exemple.example/argent @vigie")
    ('#puits', 'argent', 'passe', 'voir')
    """
    words = set(_WORD.findall(_LINK.sub(" ", folded)))
    own = (w for w in words if len(w) >= _LEAST_LETTERS and w not in _SMALL)
    cut = {word[:_LONGEST] for word in own}
    return tuple(sorted(cut, key=lambda word: (-len(word), word))[:MOST])
