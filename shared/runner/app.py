"""service_app(): one HTTP app with its stages' consumers, workers and relays in its lifespan."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager

from fastapi import FastAPI

from shared.errors import UsageError
from shared.events.base import Lane
from shared.http.gate import Gate
from shared.http.problem import install
from shared.log import get_logger
from shared.pages import lost
from shared.runner.burial_pages import burial_pages
from shared.runner.cases import cases_router
from shared.runner.command_pages import command_pages
from shared.runner.gate import rules
from shared.runner.probes import probe_router
from shared.runner.process import Process
from shared.runner.staff import staff_router
from shared.runner.wiring import Service, StageParts, Wiring, open_door, wire
from shared.settings import Settings

log = get_logger(__name__)
STOP_S = 25.0

__all__ = ["Service", "StageParts", "Wiring", "service_app"]


def service_app(
    settings: Settings, services: Sequence[Service], lanes: Sequence[Lane] = ("normal",)
) -> FastAPI:
    """The app of one process. Express processes serve probes only: the doors stand elsewhere.

    Raises UsageError where a setting is missing or none.
    """
    if "normal" in lanes and not settings.token_key.get_secret_value():
        raise UsageError("set REDRESS_TOKEN_KEY to 32 random bytes in hex: openssl rand -hex 32")
    wiring = wire(settings)
    parts = [make(wiring) for service in services for make in service.parts]
    for part in parts:
        open_door(wiring, part)
    process = Process(wiring, parts, lanes)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        _spare_the_collector()
        async with AsyncExitStack() as doors:
            with _saying_why():
                await _listen(doors, wiring, services if "normal" in lanes else ())
                await process.start()
            yield
        await _stop(process)

    name = services[0].name if len(services) == 1 else "redress"
    app = FastAPI(title=f"Redress {name}", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.add_middleware(Gate, rules=rules(wiring))  # inside the limits, which are added next
    install(app)
    lost.install(app)
    app.include_router(probe_router(process))
    if "normal" in lanes:
        _route(app, wiring, services, parts)
    return app


@contextmanager
def _saying_why() -> Iterator[None]:
    """The server's own line on a failed start holds a traceback, which is never logged."""
    try:
        yield
    except UsageError as error:
        log.error("cannot start", error_class="UsageError", reason=str(error))  # noqa: TRY400 - the message says it all
        raise
    except Exception as error:
        log.exception("cannot start", reason=getattr(error, "strerror", None) or "")
        raise


def _route(
    app: FastAPI, wiring: Wiring, services: Sequence[Service], parts: Sequence[StageParts]
) -> None:
    # Notify answers GET /v1/complaints/{id} itself; intake would send the caller to it.
    for service in reversed(services):
        for router in service.routers:
            app.include_router(router(wiring))
    staffed = [part for part in parts if part.commands]
    if staffed:
        doors = [wiring.doors[part.stage.name] for part in staffed]
        app.include_router(cases_router(doors, wiring.settings))
    for part in parts:
        app.include_router(burial_pages(wiring, part.stage))
    for part in staffed:
        door = wiring.doors[part.stage.name]
        app.include_router(staff_router(door, part.commands, wiring.settings))
        app.include_router(command_pages(wiring, part))


async def _listen(doors: AsyncExitStack, wiring: Wiring, services: Sequence[Service]) -> None:
    for service in services:
        for listener in service.listeners:
            await doors.enter_async_context(listener(wiring))


def _spare_the_collector() -> None:
    """Look for cycles rarely: reference counts free a batch, and each look walks all of it.

    At Python's own threshold of 700 the collector took 40 % of a saturated stage's CPU.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)


async def _stop(process: Process) -> None:
    try:
        async with asyncio.timeout(STOP_S):
            await process.stop()
    except TimeoutError:
        log.warning("stopped the hard way: a library did not return")
        # Safe: nothing that is not stored was ever answered, and offsets are committed last.
        os._exit(0)
