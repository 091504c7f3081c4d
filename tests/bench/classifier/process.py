"""The processes of the contenders: started, asked in turn over pipes, ended.

Knows what a worker says and not what it does. Libraries are told to look nothing up in a network:
that would be timed, too.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self, TypeVar

import msgspec

from tests.bench.classifier.contenders import Contender, Load
from tests.bench.classifier.figures import Turn
from tests.bench.classifier.worker import Ask, Counted, Ready, Worked
from tests.bench.cpu import CpuTimes
from vigie.errors import Misconfigured

_ROOT: Final = Path(__file__).parents[3]
_OFFLINE: Final = {"HF_HUB_OFFLINE": "1"}
_SECONDS_TO_END: Final = 30.0

_Said = TypeVar("_Said", Ready, Counted, Worked)


@dataclass
class Process:
    """A contender that runs; a context manager that ends it. What it logs is added to `log`."""

    contender: Contender
    folder: Path
    threads: int
    log: Path
    start_s: float = field(init=False)
    pieces: float = field(init=False)

    def __enter__(self) -> Self:
        """Start it; seconds to its first answer are `start_s` from then on."""
        module = [sys.executable, "-m", "tests.bench.classifier.worker"]
        begun = time.monotonic()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*module, self.contender, str(self.folder.resolve()), str(self.threads)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=_ROOT,
                env=os.environ | _OFFLINE,
            )
        self._hear(Ready)
        self.start_s = time.monotonic() - begun
        self.pieces = self._hear(Counted).pieces
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind:
            self._process.kill()
        self._process.communicate(timeout=_SECONDS_TO_END)

    def turn(self, load: Load, seconds: float, *, round_: int) -> Turn:
        """Return what it did under `load` in about so many seconds."""
        pids = {"worker": self._process.pid}
        before = CpuTimes.now(pids)
        self._stdin.write(msgspec.json.encode(Ask(load, seconds)) + b"\n")
        self._stdin.flush()
        worked = self._hear(Worked)
        _, others = CpuTimes.now(pids).since(before)
        return Turn(
            contender=self.contender,
            load=load,
            round=round_,
            calls=worked.calls,
            spared=worked.spared,
            others_cores=others,
        )

    def peak_bytes(self) -> int:
        """Return the most memory that it has held so far, resident (proc(5): VmHWM)."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="utf-8")
        kilobytes = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
        return 1024 * int(kilobytes.split()[1])

    @property
    def _stdin(self) -> IO[bytes]:
        assert self._process.stdin
        return self._process.stdin

    def _hear(self, kind: type[_Said]) -> _Said:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            self._process.communicate(timeout=_SECONDS_TO_END)
            *_, last = "", *self.log.read_text(encoding="utf-8", errors="replace").splitlines()
            message = (
                f"{self.contender} ended ({last}): read {self.log}, or leave it out with "
                f"--skip {self.contender}"
            )
            raise Misconfigured(message)
        return msgspec.json.decode(line, type=kind)
