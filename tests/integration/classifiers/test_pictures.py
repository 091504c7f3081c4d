"""The pictures are drawn from a report alone, and only where there is something to draw."""

from pathlib import Path

import msgspec
import numpy as np
from matplotlib.image import imread

from classifiers.evaluation.figures import ClassFigures, Curve, Reliability, Report, Slice
from classifiers.evaluation.metrics import Bin
from classifiers.evaluation.pictures import draw

NOTHING = Report(
    model="tiny", version="1", data="dev", rows=0, seed=1, resamples=1_000, classes=[], heads=[],
    hiding=[], functions=[], reliability=[], curves=[], silences=[],
)  # fmt: skip
BINS = [Bin(n / 10, n / 12, 30) for n in range(10)]


def a_report(*languages: str) -> Report:
    """Return what pictures are drawn from."""
    return msgspec.structs.replace(
        NOTHING,
        classes=[
            ClassFigures(
                head="sentiment", slice=Slice(language), rows=12, macro_f1=None,
                calibration_error=None, confusion=[[5, 1, 0], [0, 3, 0], [1, 0, 2]],
            )
            for language in languages
        ],
        reliability=[
            Reliability(head, language, BINS)
            for language in languages
            for head in ("sentiment", "toxic")
        ],
        curves=[Curve(language, 500, [0.0, 0.01, 1.0], [0.1, 0.6, 1.0]) for language in languages],
    )  # fmt: skip


def test_three_pictures_are_drawn(tmp_path: Path) -> None:
    """Small enough for the repository, and not empty."""
    drawn = draw([a_report("fr", "en", "de")], tmp_path / "new")
    assert [path.name for path in drawn] == ["reliability.png", "confusion.png", "false-alarms.png"]
    for path in drawn:
        pixels = imread(path)
        assert path.stat().st_size < 150_000
        assert pixels.shape[1] > 1.5 * pixels.shape[0]
        assert np.ptp(pixels[..., :3]) > 0.9


def test_a_single_language_gets_a_single_panel(tmp_path: Path) -> None:
    """A file of one's own is mostly in one language, which may be any."""
    for path in draw([a_report("sw")], tmp_path):
        height, width, _ = imread(path).shape
        assert width < 1.5 * height


def test_nothing_to_draw_draws_nothing(tmp_path: Path) -> None:
    """A file with labels of insult only has no confusion of sentiment."""
    assert draw([NOTHING], tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_the_same_report_gives_the_same_files(tmp_path: Path) -> None:
    """A page made anew changes only with its figures."""
    one, same = (draw([a_report("fr")], tmp_path / name) for name in ("one", "same"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in same]
