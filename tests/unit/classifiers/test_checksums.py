"""The state of a model folder can be told without loading the model."""

import hashlib
from pathlib import Path

from classifiers.checksums import FileState, file_states
from classifiers.engines import SENTIMENTS
from classifiers.manifest import Manifest


def test_every_file_is_intact_changed_or_missing(tmp_path: Path) -> None:
    """By its content, whatever its name and date."""
    (tmp_path / "a").write_bytes(b"as it was")
    (tmp_path / "b").write_bytes(b"another")
    digest = hashlib.sha256(b"as it was").hexdigest()
    manifest = Manifest(
        id="m",
        version="1",
        sha256=dict.fromkeys("cba", digest),
        max_pieces=8,
        sentiments=SENTIMENTS,
        categories=(),
        heads=(),
    )
    assert file_states(tmp_path, manifest) == {
        "a": FileState.INTACT,
        "b": FileState.CHANGED,
        "c": FileState.MISSING,
    }
