"""A model by its Hugging Face id: fetched by the library's own code from a server that we run."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from classifiers.manifest import read_manifest
from tests.models.tiny import write_hub_model, write_vigie_model
from tests.models.without_torch import WITHOUT_TORCH

COMMIT = "0123456789abcdef0123456789abcdef01234567"
LOAD = """
import sys
from classifiers.load import load_classifier
from config.settings import Classifier
from vigie.errors import Misconfigured
try:
    classifier = load_classifier(Classifier.model_validate_json(sys.argv[1]))
except Misconfigured as error:
    sys.exit(f"refused: {error}")
(scores,) = classifier.classify(["merci a tous"], ["fr"])
print(classifier.model.id, classifier.model.version, scores.unknown)
"""


class Hub(BaseHTTPRequestHandler):
    """As much of the hub as a download asks for: a list of files, then each of them."""

    folder: Path
    asked: list[str]

    def do_HEAD(self) -> None:
        """Say what a file is."""
        self._answer(body=False)

    def do_GET(self) -> None:
        """Give a list or a file."""
        self._answer(body=True)

    def log_message(self, *arguments: object) -> None:
        """Keep the path instead."""
        del arguments

    def _answer(self, *, body: bool) -> None:
        path = self.path.partition("?")[0]
        self.asked.append(path)
        if path.startswith("/api/models/someone/else"):
            files = [{"rfilename": file.name} for file in sorted(self.folder.iterdir())]
            listed = {"id": "someone/else", "sha": COMMIT, "siblings": files}
            self._send(json.dumps(listed).encode(), "application/json", body=body)
        elif path.startswith(f"/someone/else/resolve/{COMMIT}/"):
            content = (self.folder / path.rpartition("/")[2]).read_bytes()
            self._send(content, "application/octet-stream", body=body)
        else:
            self.send_error(404)

    def _send(self, content: bytes, kind: str, *, body: bool) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("ETag", f'"{sha256(content).hexdigest()}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()
        if body:
            self.wfile.write(content)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[ThreadingHTTPServer]:
    """Serve the folder `someone`, and keep which paths were asked for."""
    Hub.folder, Hub.asked = tmp_path / "someone", []
    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def load(tmp_path: Path, endpoint: str, **section: object) -> subprocess.CompletedProcess[str]:
    """Load a model in a process of its own, whose hub is at *endpoint*."""
    settings = json.dumps({"device": "cpu", "threads": 1, **section})
    environment = {
        **os.environ,
        "HF_ENDPOINT": endpoint,
        "HF_HOME": str(tmp_path / "cache"),
        "HF_HUB_DISABLE_XET": "1",
    }
    return subprocess.run(
        [sys.executable, "-c", LOAD, settings],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_model_is_fetched_once_and_then_needs_no_connection(
    tmp_path: Path, hub: ThreadingHTTPServer
) -> None:
    """Its version is the commit; nothing is fetched that is not needed."""
    folder = write_hub_model(tmp_path / "someone", ["negative", "neutral", "positive"])
    (folder / "pytorch_model.bin").write_bytes(b"the same weights once more")
    (folder / "README.md").write_text("what it is", "utf-8")
    here = f"http://127.0.0.1:{hub.server_port}"
    fetched = load(tmp_path, here, model="someone/else")
    assert fetched.stdout.split() == ["someone/else", COMMIT[:12], "None"], fetched.stderr
    assert not {path.rpartition("/")[2] for path in Hub.asked} & {"README.md", "pytorch_model.bin"}
    hub.shutdown()
    again = load(tmp_path, "http://127.0.0.1:9", model="someone/else")
    assert again.stdout == fetched.stdout, again.stderr


def test_a_model_of_ours_can_lie_there_too(tmp_path: Path, hub: ThreadingHTTPServer) -> None:
    """Its folder says its own name, version and checksums."""
    version = read_manifest(write_vigie_model(tmp_path / "someone")).version
    fetched = load(tmp_path, f"http://127.0.0.1:{hub.server_port}", model="someone/else")
    assert fetched.stdout.split() == ["tiny", version, "None"], fetched.stderr


@pytest.mark.parametrize("model", ["nobody/nothing", "models/misspelt"])
def test_a_name_that_the_hub_does_not_know_is_one_sentence(
    tmp_path: Path, hub: ThreadingHTTPServer, model: str
) -> None:
    """It may have been meant as a folder, so both are said."""
    refused = load(tmp_path, f"http://127.0.0.1:{hub.server_port}", model=model)
    assert refused.stdout == ""
    (line,) = [line for line in refused.stderr.splitlines() if line.startswith("refused:")]
    assert f"{model} is no folder here and cannot be had from Hugging Face" in line


def test_without_a_connection_the_sentence_says_what_to_do(tmp_path: Path) -> None:
    """A server behind a closed door is the usual case."""
    refused = load(tmp_path, "http://127.0.0.1:9", model="someone/else", revision=COMMIT)
    assert "download it elsewhere and write the path of its folder" in refused.stderr


@pytest.mark.parametrize(
    "section", [{"engine": "torch"}, {"model": "folder"}], ids=["ours", "another's"]
)
def test_without_torch_the_sentence_names_the_extra(
    tmp_path: Path, section: dict[str, str]
) -> None:
    """A default install has none; here its import is made to fail."""
    if "model" in section:
        section = {"model": str(write_hub_model(tmp_path, ["negative", "neutral", "positive"]))}
    refused = subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH + LOAD, json.dumps(section)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "runs on torch: install Vigie with its extra `torch`" in refused.stderr
