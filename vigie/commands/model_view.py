"""A model as its folder describes it: heads, hide thresholds, calibration, files. Runs nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from classifiers.calibration import Calibration
from classifiers.checksums import FileState, file_states
from classifiers.evaluation.tables import Grid
from classifiers.manifest import CONFIGURATION, Head, Manifest, find_folder, is_ours, read_manifest
from config.settings import Classifier, Model
from vigie.commands.evaluation_view import fitting, table
from vigie.commands.score_view import CATEGORY_WORDS, HEAD_WORDS, plain
from vigie.commands.wording import Wording
from vigie.errors import Misconfigured

_STATES: Final = {
    FileState.INTACT: ("intact", "green"),
    FileState.CHANGED: ("changed: Vigie refuses to load it", "bold red"),
    FileState.MISSING: ("missing: Vigie refuses to load it", "bold red"),
}
_HEADS: Final = HEAD_WORDS | {"sentiment": "Sentiment", "target": "Attacked"}


class _Labelled(msgspec.Struct, frozen=True):
    id2label: dict[str, str] = {}


def print_model(section: Classifier, wording: Wording) -> None:
    """Print the model of *section*, and those that complete it.

    Raises:
        Misconfigured: a folder is no model.
    """
    console = Console(highlight=False)
    for model in (section, *section.also):
        folder = find_folder(model.model)
        console.print(Text(f"{model.model}", style="bold"))
        parts = (
            _ours(folder, wording, console.width)
            if folder and is_ours(folder)
            else _foreign(folder, model, wording)
        )
        for part in parts:
            console.print(part)


def _ours(folder: Path, wording: Wording, width: int) -> Iterator[RenderableType]:
    manifest = read_manifest(folder)
    yield Text(f"{manifest.id} {manifest.version}")
    yield Text(
        wording.say(
            "Sentiment in {languages}; tells who is attacked: {target}",
            languages=", ".join(manifest.languages or _languages(manifest)),
            target=wording.say("yes" if manifest.targets else "no"),
        )
    )
    yield _files(folder, manifest, wording)
    yield from _drawn(_thresholds(manifest, wording), width)
    yield Text(
        wording.say(
            "✓ false alarms measured, ? not measured, • known without threshold, – unknown"
        ),
        style="italic",
    )
    if manifest.calibration:
        yield from _drawn(_calibration(manifest, wording), width)


def _files(folder: Path, manifest: Manifest, wording: Wording) -> Table:
    files = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in (wording.say("file"), wording.say("state"), "SHA-256"):
        files.add_column(name, overflow="fold")
    for name, state in file_states(folder, manifest).items():
        words, style = _STATES[state]
        files.add_row(name, Text(wording.say(words), style=style), manifest.sha256[name][:12])
    return files


def _languages(manifest: Manifest) -> list[str]:
    return sorted({head.language for head in manifest.heads if head.available})


def _thresholds(manifest: Manifest, wording: Wording) -> Grid:
    languages = _languages(manifest)
    heads = {(head.category, head.language): head for head in manifest.heads}
    rows = [
        [
            wording.say(word),
            *(_cell(heads.get((category, language)), wording) for language in languages),
        ]
        for category, word in CATEGORY_WORDS.items()
    ]
    return Grid(wording.say("Hide thresholds"), ["", *languages], rows, left=1)


def _cell(head: Head | None, wording: Wording) -> str:
    if head is None or not head.available:
        return "–"
    if head.threshold is None:
        return "•"
    mark = "✓" if head.threshold.supported else "?"
    return wording.score(head.threshold.value, 3) + mark


def _calibration(manifest: Manifest, wording: Wording) -> Grid:
    """Return scale and offset of every head that is corrected."""
    languages = sorted({one.language for one in manifest.calibration})
    found = {(one.head, one.language): one for one in manifest.calibration}
    rows = []
    for head in dict.fromkeys(one.head for one in manifest.calibration):
        ones = (found.get((head, language)) for language in languages)
        rows.append([wording.say(_HEADS[head]), *(_correction(one, wording) for one in ones)])
    title = wording.say("Calibration: scale of the logit, and offset")
    return Grid(title, ["", *languages], rows, left=1)


def _correction(one: Calibration | None, wording: Wording) -> str:
    if one is None:
        return "–"
    offset = f" {wording.change(one.offset)}" if one.offset else ""
    return wording.score(one.scale) + offset


def _drawn(grid: Grid, width: int) -> Iterator[RenderableType]:
    """Yield a table in parts that a terminal of so many columns can hold."""
    yield Text(f"\n{grid.title}", style="bold cyan")
    for part in fitting(grid, width - 2):
        yield table(part, boxed=True)


def _foreign(folder: Path | None, model: Model, wording: Wording) -> list[RenderableType]:
    """Return what is known of somebody else's model: its labels and what they are mapped to."""
    said: list[RenderableType] = []
    if folder is None:
        said.append(Text(wording.say("A Hugging Face id: its labels are read when it is loaded.")))
    labels = _labels(folder) if folder else list(model.labels)
    if labels:
        mapped = Table(wording.say("label"), wording.say("head"))
        for label in labels:
            head = model.labels.get(label) or (label.lower() if not model.labels else "")
            known = wording.say(_HEADS[head]) if head in _HEADS else "–"
            mapped.add_row(Text(plain(label)), known)
        said.append(mapped)
    said.append(Text(wording.say("Somebody else's model: nothing is hidden on its word.")))
    return said


def _labels(folder: Path) -> list[str]:
    path = folder / CONFIGURATION
    try:
        names = msgspec.json.decode(path.read_bytes(), type=_Labelled).id2label
    except msgspec.MsgspecError as error:
        message = f"{path} names no labels that can be read ({error}): choose another model"
        raise Misconfigured(message) from error
    return [names[number] for number in sorted(names, key=int)]
