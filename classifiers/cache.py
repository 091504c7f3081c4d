"""What was lately said of exactly the same text: a raid of copies costs one run of the model.

Knows neither the model nor how texts are normalised: who calls it hands over texts as the model
sees them. It keeps digests, never a text.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Final

from vigie.domain.assessment import Scores, Unknown

Ask = Callable[[Sequence[str], Sequence[str | None]], list[Scores]]
"""Scores texts in their languages, in order."""

OnLookup = Callable[[int, int], None]
"""Told after each batch how many texts needed no run (hits), and how many did (misses)."""

_DIGEST_BYTES: Final = 16
"""Two of a million texts share a digest with probability 1e-27, and nobody can look for such."""


def tell_nobody(hits: int, misses: int) -> None:
    """Count nothing: where no metrics are kept."""
    del hits, misses


class DuplicateCache:
    """The scores of the `size` texts asked for last; 0 keeps and looks up nothing.

    Call it from one thread at a time. Texts are the same when they and their languages are equal.
    """

    def __init__(self, size: int, on_lookup: OnLookup = tell_nobody) -> None:
        self._size = size
        self._on_lookup = on_lookup
        self._kept: OrderedDict[bytes, Scores] = OrderedDict()

    def __len__(self) -> int:
        """Return how many scores are kept."""
        return len(self._kept)

    def answers(
        self, texts: Sequence[str], languages: Sequence[str | None], ask: Ask
    ) -> list[Scores]:
        """Return the scores of *texts* in order; *ask* is called once at most, for the new ones.

        What *ask* raises passes through, and nothing is kept of that batch.

        Raises:
            ValueError: *texts* and *languages*, or the answers of *ask*, differ in number.
        """
        if not self._size:
            return ask(texts, languages)
        keys = [_digest(text, said) for text, said in zip(texts, languages, strict=True)]
        found = {key: self._kept[key] for key in keys if key in self._kept}
        new = {key: row for row, key in enumerate(keys) if key not in found}
        if new:
            rows = new.values()
            asked = ask([texts[row] for row in rows], [languages[row] for row in rows])
            found.update(zip(new, asked, strict=True))
        self._keep(found)
        self._on_lookup(len(keys) - len(new), len(new))
        return [found[key] for key in keys]

    def _keep(self, found: dict[bytes, Scores]) -> None:
        """Keep what was asked for last; a model that broke on a text may know more next time."""
        for key, scores in found.items():
            if scores.unknown is not Unknown.MODEL:
                self._kept[key] = scores
                self._kept.move_to_end(key)
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)


def _digest(text: str, language: str | None) -> bytes:
    said = f"{language or ''}\0{text}".encode("utf-8", "surrogatepass")
    return blake2b(said, digest_size=_DIGEST_BYTES).digest()
