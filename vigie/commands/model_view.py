"""A model as its folder describes it: heads, hide thresholds, calibration, files. Runs nothing."""

from pathlib import Path
from typing import Final

import msgspec
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from classifiers.checksums import FileState, file_states
from classifiers.manifest import CONFIGURATION, Head, Manifest, find_folder, is_ours, read_manifest
from config.settings import Classifier, Model
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
            _ours(folder, wording)
            if folder and is_ours(folder)
            else _foreign(folder, model, wording)
        )
        for part in parts:
            console.print(part)


def _ours(folder: Path, wording: Wording) -> list[RenderableType]:
    manifest = read_manifest(folder)
    said: list[RenderableType] = [
        Text(f"{manifest.id} {manifest.version}"),
        Text(
            wording.say(
                "Sentiment in {languages}; tells who is attacked: {target}",
                languages=", ".join(manifest.languages or _languages(manifest)),
                target=wording.say("yes" if manifest.targets else "no"),
            )
        ),
        _files(folder, manifest, wording),
        _thresholds(manifest, wording),
    ]
    if manifest.calibration:
        said.append(Text(wording.say("Calibration: scale of the logit, and offset"), "italic"))
        said.append(_calibration(manifest, wording))
    return said


def _files(folder: Path, manifest: Manifest, wording: Wording) -> Table:
    table = Table(wording.say("file"), wording.say("state"), "SHA-256")
    for name, state in file_states(folder, manifest).items():
        words, style = _STATES[state]
        table.add_row(name, Text(wording.say(words), style=style), manifest.sha256[name][:12])
    return table


def _languages(manifest: Manifest) -> list[str]:
    return sorted({head.language for head in manifest.heads if head.available})


def _thresholds(manifest: Manifest, wording: Wording) -> Table:
    table = Table(
        title=wording.say("Hide thresholds"),
        caption=wording.say("✓ proven on dev, ? not proven, • known without threshold, – unknown"),
    )
    table.add_column("")
    languages = _languages(manifest)
    for language in languages:
        table.add_column(language, justify="right", no_wrap=True)
    heads = {(head.category, head.language): head for head in manifest.heads}
    for category, word in CATEGORY_WORDS.items():
        cells = [_cell(heads.get((category, language)), wording) for language in languages]
        table.add_row(wording.say(word), *cells)
    return table


def _cell(head: Head | None, wording: Wording) -> str:
    if head is None or not head.available:
        return "–"
    if head.threshold is None:
        return "•"
    mark = "✓" if head.threshold.supported else "?"
    return f"{wording.score(head.threshold.value, 3)} {mark}"


def _calibration(manifest: Manifest, wording: Wording) -> Table:
    """Return scale and offset of every head that is corrected."""
    table = Table()
    table.add_column("")
    languages = sorted({one.language for one in manifest.calibration})
    for language in languages:
        table.add_column(language, justify="right", no_wrap=True)
    found = {(one.head, one.language): one for one in manifest.calibration}
    for head in dict.fromkeys(one.head for one in manifest.calibration):
        row = []
        for language in languages:
            one = found.get((head, language))
            offset = f" {wording.change(one.offset)}" if one and one.offset else ""
            row.append(f"{wording.score(one.scale)}{offset}" if one else "–")
        table.add_row(wording.say(_HEADS[head]), *row)
    return table


def _foreign(folder: Path | None, model: Model, wording: Wording) -> list[RenderableType]:
    """Return what is known of somebody else's model: its labels and what they are mapped to."""
    said: list[RenderableType] = []
    if folder is None:
        said.append(Text(wording.say("A Hugging Face id: its labels are read when it is loaded.")))
    labels = _labels(folder) if folder else list(model.labels)
    if labels:
        table = Table(wording.say("label"), wording.say("head"))
        for label in labels:
            head = model.labels.get(label) or (label.lower() if not model.labels else "")
            known = wording.say(_HEADS[head]) if head in _HEADS else "–"
            table.add_row(Text(plain(label)), known)
        said.append(table)
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
