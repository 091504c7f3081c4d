"""Whether the files of a model folder are those that its configuration was written for."""

import hashlib
from enum import StrEnum
from pathlib import Path

from classifiers.manifest import Manifest


class FileState(StrEnum):
    """What became of a file since its checksum was written."""

    INTACT = "intact"
    CHANGED = "changed"
    MISSING = "missing"


def file_states(folder: Path, manifest: Manifest) -> dict[str, FileState]:
    """Return the state of every file with a checksum in *manifest*, by name."""
    return {
        name: _state(folder / name, expected) for name, expected in sorted(manifest.sha256.items())
    }


def _state(path: Path, expected: str) -> FileState:
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return FileState.MISSING
    return FileState.INTACT if found == expected else FileState.CHANGED
