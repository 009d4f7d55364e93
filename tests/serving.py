"""Apps served over real HTTP, ports for other processes, and waiting for what these do."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette

from shared.local.ports import LOOPBACK

POLL_S = 0.1


def free_port() -> int:
    """A port on which nobody listened a moment ago."""
    with socket.create_server((LOOPBACK, 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def served(app: Starlette, port: int = 0, **more: Any) -> AsyncIterator[str]:
    """The URL of the app, until the end of the block; `more` is for uvicorn."""
    # As `redress serve` has it: uvicorn would believe X-Forwarded-For from this machine.
    common = {"log_level": "warning", "lifespan": "on", "ws": "none", "proxy_headers": False}
    config = uvicorn.Config(app, **common, **more)
    server = uvicorn.Server(config)
    with socket.create_server((LOOPBACK, port)) as listening:
        task = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield f"http://{LOOPBACK}:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task


async def until(condition: Callable[[], object], seconds: float) -> None:
    """Wait until something holds; it must in time."""
    deadline = time.monotonic() + seconds
    while not await asyncio.to_thread(condition):
        assert time.monotonic() < deadline, f"not within {seconds} s"
        await asyncio.sleep(POLL_S)
