"""How many texts a second the bare model scores, in the shapes that the papers of the project use.

Takes the best of several runs: on a shared machine the best is what the model can do.
"""

import time
from typing import Final

import msgspec

from classifiers.engines.shipped import Network

_RUNS: Final = 7
_SECONDS_PER_RUN: Final = 0.5


class SpeedFigure(msgspec.Struct, frozen=True, kw_only=True):
    """Texts per second for batches of *batch* texts of *pieces* pieces each."""

    batch: int
    pieces: int
    texts_per_second: float


def measure_speed(network: Network, batch: int, pieces: int) -> SpeedFigure:
    """Return the speed of the network on ready pieces: tokenising is not in it."""
    inputs = [[0, *(4 + (17 * row + at) % 16 for at in range(pieces - 2)), 2]
              for row in range(batch)]  # fmt: skip
    network.run(inputs)
    best = 0.0
    for _ in range(_RUNS):
        count, begin = 0, time.perf_counter()
        while time.perf_counter() - begin < _SECONDS_PER_RUN:
            network.run(inputs)
            count += batch
        best = max(best, count / (time.perf_counter() - begin))
    return SpeedFigure(batch=batch, pieces=pieces, texts_per_second=round(best, 1))
