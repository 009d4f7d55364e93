"""Starts programs, starts them again when they die, and stops them in order."""

import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from shared.local.children import Program, born, spawn

DEATHS = 5
WITHIN = 30.0  # seconds
POLL = 0.1  # seconds; a dead child is back after one of them

Status = Literal["running", "stopped", "failed"]


@dataclass
class Process:
    """One supervised program and the child that runs it now."""

    program: Program
    wanted: bool = True
    child: subprocess.Popen[bytes] | None = None
    birth: str | None = None
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=DEATHS))

    @property
    def pid(self) -> int | None:
        """Of the running child."""
        return self.child.pid if self.child and self.child.poll() is None else None

    @property
    def failed(self) -> bool:
        """Whether it died so often that it is left alone."""
        return len(self.deaths) == DEATHS and self.deaths[-1] - self.deaths[0] <= WITHIN

    @property
    def status(self) -> Status:
        """In one word, for people and for the state file."""
        if self.pid is not None:
            return "running"
        return "failed" if self.failed else "stopped"

    def start(self) -> None:
        """Start the child; only the supervisor's thread may."""
        self.child = spawn(self.program)
        self.birth = born(self.child.pid)


class Supervisor:
    """Keeps the wanted programs running; one thread of it starts them all and ends last.

    Every child is started by that thread, so the kernel ends them all when this process dies.
    `changed` is called after each start and stop, never twice at a time.
    """

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        self.processes: dict[str, Process] = {}
        self._tell = changed
        self._turn = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)

    def run(self, program: Program) -> Process:
        """Start `program` and keep it running; one of that name must have been stopped before."""
        process = Process(program)
        with self._turn:
            self.processes[program.name] = process
            if not self._thread.ident:
                self._thread.start()
            self._turn.notify_all()
            self._turn.wait_for(lambda: process.child or process.failed)
        return process

    def kill(self, name: str, *, hold: bool = False) -> None:
        """SIGKILL `name`, which does not count as a death; `hold`: do not start it again."""
        process = self.processes[name]
        with self._turn:
            process.wanted = not hold
            if process.child:
                process.child.kill()
                process.child.wait()
            process.child = None
            self._tell()

    def stop(self, names: Iterable[str]) -> None:
        """SIGTERM those of `names` that run, then SIGKILL those that outlast their patience."""
        with self._turn:
            leaving = [self.processes[name] for name in names if name in self.processes]
            for process in leaving:
                process.wanted = False
                if process.child:
                    process.child.send_signal(signal.SIGTERM)
        started = time.monotonic()
        for process in leaving:
            _await_end(process, started + process.program.patience)
        with self._turn:
            self._tell()

    def close(self) -> None:
        """Stop what still runs, then the thread."""
        self.stop(list(self.processes))
        with self._turn:
            self._closing = True
            self._turn.notify_all()
        if self._thread.ident:
            self._thread.join()

    def _watch(self) -> None:
        with self._turn:
            while not self._closing:
                changes = [self._tend(process) for process in self.processes.values()]
                if any(changes):
                    self._turn.notify_all()
                    self._tell()
                self._turn.wait(POLL)

    def _tend(self, process: Process) -> bool:
        """Start `process` when it should run and does not; whether anything changed."""
        if not process.wanted or process.pid is not None:
            return False
        # A kill from outside says nothing of the program: it is simply started again.
        if process.child and process.child.returncode != -signal.SIGKILL:
            process.deaths.append(time.monotonic())
        process.wanted = not process.failed
        if process.wanted:
            try:
                process.start()
            except OSError:  # no memory, no disk for its log: as good as a death
                process.deaths.append(time.monotonic())
        return True


def _await_end(process: Process, deadline: float) -> None:
    if process.child is None:
        return
    try:
        process.child.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        process.child.kill()
        process.child.wait()
