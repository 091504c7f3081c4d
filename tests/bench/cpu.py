"""CPU time of processes, as Linux counts it: where the cost of a comment goes."""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class CpuTimes:
    """CPU seconds so far: of each named process, and of the whole machine."""

    at: float
    processes: Mapping[str, float]
    machine: float

    @classmethod
    def now(cls, pids: Mapping[str, int]) -> Self:
        """Look at the processes with these ids."""
        processes = {name: _process(pid) for name, pid in pids.items()}
        return cls(time.monotonic(), processes, _machine())

    def since(self, begun: Self) -> tuple[dict[str, float], float]:
        """Return the CPU seconds of each process since then, and the cores that all others took."""
        own = {name: spent - begun.processes[name] for name, spent in self.processes.items()}
        others = self.machine - begun.machine - sum(own.values())
        return own, max(0.0, others) / (self.at - begun.at)


def _process(pid: int) -> float:
    """Return user and system time of a process and its threads (proc(5): fields 14 and 15)."""
    after_name = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2]
    user, system = after_name.split()[11:13]
    return (int(user) + int(system)) / _ticks_per_second()


def _machine() -> float:
    """Return the time that cores were at work, or were taken by the host for other machines."""
    total = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:]
    user, nice, system, _idle, _waiting, irq, softirq, stolen = map(int, total[:8])
    return (user + nice + system + irq + softirq + stolen) / _ticks_per_second()


def _ticks_per_second() -> int:
    return os.sysconf("SC_CLK_TCK")
