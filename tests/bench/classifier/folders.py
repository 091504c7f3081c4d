"""Where the model of each contender lies; what no folder holds yet is made once and kept."""

from collections.abc import Collection
from pathlib import Path

from classifiers.manifest import WITH_VIGIE, find_folder
from tests.bench.classifier.contenders import Contender


def model_folders(model: Path, cache: Path, wanted: Collection[Contender]) -> dict[Contender, Path]:
    """Return a folder for each of the contenders `wanted`; `fast` only where it ships.

    `model` is a model of Vigie; what is made of it, and downloaded, is kept in `cache`.

    Raises:
        Misconfigured: MiniLM cannot be downloaded.
    """
    ours = (Contender.DEFAULT, Contender.FLOAT32, Contender.BFLOAT16, Contender.WHOLE)
    folders = {one: model for one in ours if one in wanted}
    fast = fast_folder()
    if Contender.FAST in wanted and fast.is_dir():
        folders[Contender.FAST] = fast
    # Their modules load torch, which --help and those who leave them out need not wait for.
    if Contender.MINILM in wanted:
        from tests.bench.classifier.minilm import minilm  # noqa: PLC0415

        folders[Contender.MINILM] = minilm(cache)
    if Contender.PIPELINE in wanted:
        from tests.bench.classifier.hugging_face import pipeline_folder  # noqa: PLC0415

        folders[Contender.PIPELINE] = pipeline_folder(model, cache)
    return folders


def shipped() -> Path:
    """Return the folder of the model that ships."""
    folder = find_folder("shipped")
    assert folder
    return folder


def fast_folder() -> Path:
    """Return where `fast` lies if it ships."""
    return shipped().with_name(WITH_VIGIE["fast"])
