"""A second process of a service, started by the test itself so that its exit code is seen."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from shared.local.ports import LOOPBACK
from shared.local.state import is_ready
from tests.faults.arena import Arena
from tests.serving import free_port, until

RIGHT = "shared.cli.main"
SLOW = "tests.faults.slow"


@dataclass
class Extra:
    """The process, where it answers, and the folder of marks that it was told."""

    child: asyncio.subprocess.Process
    url: str
    folder: Path

    async def ready(self, seconds: float = 60.0) -> None:
        """Wait until it consumes."""
        await until(lambda: is_ready(self.url), seconds)

    async def busy(self, seconds: float = 60.0) -> None:
        """Wait until its slow handler has begun."""
        await until((self.folder / "busy").exists, seconds)

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.child.send_signal(number)

    async def ended(self, seconds: float) -> tuple[int, float]:
        """Wait for its end: the exit code and how many seconds that took."""
        started = time.monotonic()
        async with asyncio.timeout(seconds):
            code = await self.child.wait()
        return code, time.monotonic() - started


@asynccontextmanager
async def extra(
    arena: Arena, service: str, folder: Path, *, module: str = RIGHT, slow_s: float = 0.0
) -> AsyncIterator[Extra]:
    """`redress serve` of a service, told what the stack's own process of it is told."""
    port = free_port()
    env = {
        **psutil.Process(arena.stack.pids[service]).environ(),
        "REDRESS_PORT": str(port),
        "REDRESS_MAIL_LISTEN": "",  # the stack's own process has that port
        "REDRESS_FAILPOINT_FOLDER": str(folder),
        "SLOW_S": str(slow_s),
    }
    with _made(folder).open("wb") as log:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module, "serve", service),
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Extra(child, f"http://{LOOPBACK}:{port}", folder)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGCONT)
            child.kill()
        await child.wait()


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder / "extra.log"
