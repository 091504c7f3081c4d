"""Everything that is measured of detection."""

import msgspec

from vigie.replay.evaluation.benchmark import Benchmark
from vigie.replay.evaluation.cost import Cost
from vigie.replay.evaluation.histories import Histories
from vigie.replay.evaluation.library import Lived
from vigie.replay.evaluation.natures import Told
from vigie.replay.evaluation.overlay import Overlay


class Figures(msgspec.Struct):
    """One run of `make eval-detection`."""

    benchmark: Benchmark
    lived: list[Lived]
    histories: Histories
    natures: list[Told]
    overlay: Overlay
    cost: Cost
