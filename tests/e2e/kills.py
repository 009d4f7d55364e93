"""Arms failpoints in a running installation, and tells which processes they killed."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from shared.local.children import born
from shared.local.layout import ROWS as PROCESSES
from shared.local.supervisor import DEATHS, WITHIN
from shared.pipeline import ROWS

STEPS = ("after_fetch", "after_write", "after_publish", "before_commit")
POLL_S = 0.2
SPARE_S = 5.0  # between arming and dying
SERVICE = {row.name: row.service for row in ROWS}


@dataclass(frozen=True)
class Kill:
    """A failpoint that killed a process."""

    process: str
    failpoint: str
    pid: int


@dataclass
class Killer:
    """One folder of armed failpoints for every process of a stack."""

    folder: Path
    _deaths: dict[str, deque[float]] = field(default_factory=dict)

    def environment(self) -> dict[str, Mapping[str, str]]:
        """What the processes are told; makes their folders."""
        for process in PROCESSES:
            (self.folder / process.name).mkdir(parents=True)
            self._deaths[process.name] = deque(maxlen=DEATHS - 1)
        return {
            process.name: {"REDRESS_FAILPOINT_FOLDER": str(self.folder / process.name)}
            for process in PROCESSES
        }

    async def arm(self, process: str, failpoint: str) -> None:
        """Kill at the next hit."""
        await self.room(process)
        (self.folder / process / failpoint).touch()
        self._deaths[process].append(time.monotonic())

    async def room(self, process: str) -> None:
        """Wait where one more death would make the supervisor give up."""
        deaths = self._deaths[process]
        if len(deaths) == deaths.maxlen:
            await asyncio.sleep(max(0.0, deaths[0] + WITHIN + SPARE_S - time.monotonic()))

    async def fired(self, seconds: float) -> list[str]:
        """Wait until every armed failpoint has killed; returns those that have not."""
        for _ in range(int(seconds / POLL_S)):
            if not self._armed():
                break
            await asyncio.sleep(POLL_S)
        return self._armed()

    def disarm(self) -> None:
        """Take back what has killed nobody yet."""
        for mark in self._marks():
            mark.unlink(missing_ok=True)

    def _armed(self) -> list[str]:
        return [f"{mark.parent.name}: {mark.name}" for mark in self._marks()]

    def _marks(self) -> list[Path]:
        return [p for p in self.folder.glob("*/*") if not p.suffix.removeprefix(".").isdecimal()]

    def kills(self) -> list[Kill]:
        """Who was killed where; each killed process left its pid, and is gone."""
        found = []
        for mark in sorted(self.folder.glob("*/*")):
            failpoint, _, pid = mark.name.rpartition(".")
            if pid.isdecimal():
                found.append(Kill(mark.parent.name, failpoint, int(pid)))
        return found


def still_alive(kills: Sequence[Kill]) -> list[Kill]:
    """Those that a kill did not end."""
    return [kill for kill in kills if born(kill.pid) is not None]


def starts(logs: Path, process: str) -> int:
    """How often a process came to consume, by its own log."""
    return (logs / f"{process}.log").read_text("utf-8").count('"event":"consuming"')


def per_process(kills: Sequence[Kill]) -> Counter[str]:
    """How often each process was killed."""
    return Counter(kill.process for kill in kills)
