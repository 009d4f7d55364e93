"""The ledger's process: a writer that begins again after every absence, and its health."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from typing import Any

from shared.audit.ledger.writer import Writer
from shared.errors import TransientError, UsageError
from shared.log import get_logger
from shared.runner.kafka import KafkaLog
from shared.runner.mongo import disconnect
from shared.runner.patience import until

log = get_logger(__name__)
AGAIN_S = 1.0
AWAY_S = 15.0
STUCK_S = 120.0
STOP_S = 5.0
EXIT_REFUSED, EXIT_STUCK = 2, 70


class LedgerProcess:
    """Runs the writer until it is stopped; a ledger that cannot go on ends the process."""

    def __init__(self, writer: Writer, out: KafkaLog, client: Any) -> None:
        self._writer, self._out, self._client = writer, out, client
        self._task: asyncio.Task[None] | None = None
        self._fault: str | None = "starting"
        self._told = ""

    async def start(self) -> None:
        """Begin; probes answer at once, the rest comes up when Kafka and MongoDB answer."""
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        await until(self._out.start)
        while True:
            try:
                self._fault, self._told = None, ""
                await self._writer.session()
            except TransientError as error:
                self._fault, self._told = "server_away", str(error)
                log.warning("waiting", reason=str(error))
                await asyncio.sleep(AGAIN_S)
            except UsageError as error:
                # Started again it would say the same: a person must look.
                log.error("cannot start", error_class="UsageError", reason=str(error))  # noqa: TRY400 - the message says it all
                os._exit(EXIT_REFUSED)
            except Exception:
                # What a library raises here nobody foresaw: begin anew, and leave a trace of it.
                log.exception("the writer failed")
                os._exit(EXIT_STUCK)

    def dead(self) -> str | None:
        """Why this process must be started again; an absent server is no reason."""
        if self._task and self._task.done():
            return "task_ended"
        if self._fault or self._out.waits_s > AWAY_S:
            return self._out.dead
        return "stuck" if self._still() > STUCK_S else None

    def unready(self) -> str | None:
        """Why this process neither writes nor waits for its turn."""
        if self._fault:
            return self._fault
        return "server_away" if self._still() > AWAY_S else None

    def says(self) -> str:
        """What it waits for."""
        return self._told

    def closed(self) -> str | None:
        """As `unready`: nobody asks it anything but its health."""
        return self.unready()

    def _still(self) -> float:
        return time.monotonic() - self._writer.moved_at

    async def stop(self) -> None:
        """End the batch under way, give the lease back, disconnect."""
        self._fault = "stopping"
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_S):
                await self._out.stop()
        await disconnect(self._client)
