"""Mail is read in a process of its own: one that takes too long, or dies, harms nobody."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import signal
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from services.intake.mail.parse import Mail, Route, parse, unread
from services.intake.mail.words import LIMITS
from shared.mail import Ours

START_S = 60.0


class Reader:
    """Reads one mail after the other; its process is started at the first, and after each fault."""

    def __init__(self, own: Ours, limit_s: float = LIMITS.read_s) -> None:
        self.own = own
        self.limit_s = limit_s
        self._thread = ThreadPoolExecutor(1, "mail")
        self._there: tuple[SpawnProcess, Connection] | None = None

    async def read(self, raw: bytes, route: Route) -> Mail:
        """The mail; one that cannot be read in time is a complaint with nothing but its raw."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self.read_now, raw, route)

    def read_now(self, raw: bytes, route: Route) -> Mail:
        """As `read`, in this thread; never two at a time."""
        try:
            pipe = self._pipe()
            pipe.send((raw, route))
            if pipe.poll(self.limit_s):
                found: Mail = pipe.recv()
                return found
            flag = "too_slow"
        except (EOFError, OSError):
            flag = "unparseable"
        self.end()
        return unread(raw, flag)

    def _pipe(self) -> Connection:
        if self._there is None:
            context = multiprocessing.get_context("spawn")
            pipe, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, self.own), daemon=True)
            process.start()
            theirs.close()
            self._there = (process, pipe)
            if not pipe.poll(START_S):
                raise EOFError
            pipe.recv()
        return self._there[1]

    def end(self) -> None:
        """End the process."""
        if self._there:
            process, pipe = self._there
            self._there = None
            process.kill()
            process.join()
            pipe.close()

    async def close(self) -> None:
        """Let nothing behind."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self.end)
        self._thread.shutdown()


def _serve(pipe: Connection, own: Ours) -> None:
    """The process: until the other side is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is for the parent, which ends us
    with contextlib.suppress(EOFError, OSError):
        pipe.send("ready")
        while True:
            raw, route = pipe.recv()
            pipe.send(parse(raw, own, route))
