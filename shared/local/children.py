"""Child processes that end with their parent, and how a pid is known to be the same process."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

TETHER = Path(__file__).with_name("tether.py")


@dataclass(frozen=True)
class Program:
    """What to start; `env` comes on top of this process's own environment."""

    name: str
    command: tuple[str, ...]
    log: Path
    env: Mapping[str, str] = field(default_factory=dict)
    niceness: int = 0
    patience: float = 25.0  # seconds between SIGTERM and SIGKILL


def spawn(program: Program) -> subprocess.Popen[bytes]:
    """Start `program` in a process group of its own, so that Ctrl-C does not reach it.

    It dies with the calling thread: call from one that lives as long as the child shall.
    """
    tether = [sys.executable, "-I", "-S", str(TETHER), str(program.niceness), str(os.getpid())]
    program.log.parent.mkdir(parents=True, exist_ok=True)
    with program.log.open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - the commands are this package's own
            [*tether, *program.command],
            env={**os.environ, **program.env},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            process_group=0,
        )


def run(program: Program, tick: Callable[[], None] = lambda: None) -> int:
    """Run `program` to its end, calling `tick` meanwhile; its exit status."""
    child = spawn(program)
    try:
        while child.poll() is None:
            tick()
            time.sleep(0.1)
    finally:
        child.kill()
        child.wait()
    return child.returncode


def born(pid: int) -> str | None:
    """What tells the process `pid` from a later one of that number; None when there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return None
    state, *fields = stat.rpartition(")")[2].split()
    return None if state in "ZX" else f"{boot}:{fields[18]}"


def signal_if_same(pid: int, birth: str | None, number: int) -> bool:
    """Send the signal when `pid` is still the process born then; whether it was."""
    if birth is None or born(pid) != birth:
        return False
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True
