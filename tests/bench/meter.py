"""What the machine did meanwhile: CPU and peak memory of each process, and strangers' load."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Usage:
    """CPU seconds by process, peak memory in MB by process, strangers' load in cores."""

    seconds: float
    cpu: Mapping[str, float]
    peak_mb: Mapping[str, float]
    other: float


class Meter:
    """Measures from its making on; `pids` by name, this process is added."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self.processes = {name: psutil.Process(pid) for name, pid in pids.items()}
        self.processes["bench"] = psutil.Process()
        self.started = time.monotonic()
        self._busy = _busy()
        self._cpu = {name: _cpu(process) for name, process in self.processes.items()}

    def read(self) -> Usage:
        """What was used so far."""
        seconds = time.monotonic() - self.started
        cpu = {name: _cpu(p) - self._cpu[name] for name, p in self.processes.items()}
        other = (_busy() - self._busy - sum(cpu.values())) / seconds
        peaks = {name: _peak_mb(process) for name, process in self.processes.items()}
        return Usage(seconds, cpu, peaks, max(0.0, other))

    def memory_mb(self) -> dict[str, float]:
        """What each process holds now."""
        return {name: _status_mb(process, "VmRSS:") for name, process in self.processes.items()}


def _busy() -> float:
    """CPU seconds of the whole machine so far."""
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0) - times.guest)


def _cpu(process: psutil.Process) -> float:
    with contextlib.suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        return float(times.user + times.system)
    return 0.0


def _peak_mb(process: psutil.Process) -> float:
    """The most memory that a process ever had."""
    return _status_mb(process, "VmHWM:")


def _status_mb(process: psutil.Process, name: str) -> float:
    """A line of proc(5)'s status, which is in kB."""
    with contextlib.suppress(OSError, psutil.NoSuchProcess):
        for line in Path(f"/proc/{process.pid}/status").read_text("ascii").splitlines():
            if line.startswith(name):
                return int(line.split()[1]) / 1024
    return 0.0
