"""What runs beside HTTP in one process: consumers, workers, relays, and their health."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Coroutine, Sequence
from typing import Any

from aiokafka.errors import KafkaError

from shared.errors import RedressError, TransientError
from shared.events.base import Lane
from shared.log import get_logger
from shared.metrics import PARKED
from shared.pipeline import LANES
from shared.runner.assembling import consumer_of, worker_of
from shared.runner.consumer import LaneConsumer
from shared.runner.mongo import disconnect
from shared.runner.partitions import check_partitions
from shared.runner.patience import until
from shared.runner.subscribing import broker_of, check_subscribers
from shared.runner.traced import traces_sent
from shared.runner.wiring import StageParts, Wiring

log = get_logger(__name__)
AWAY_S = 5.0
WATCH_S = 5.0
PARTITION_CHECK_S = 60.0
EXIT_STUCK = 70
MOST_APART_S = 60.0
CLOCK_OFF = "this machine's clock and MongoDB's are {:.0f} s apart: set both by NTP"


class Process:
    """Starts everything when its servers answer, and stops it in order."""

    def __init__(self, wiring: Wiring, parts: Sequence[StageParts], lanes: Sequence[Lane]) -> None:
        self.wiring = wiring
        self.parts = parts
        self.lanes = lanes
        self.service = "express" if "normal" not in lanes else parts[0].stage.service
        self.broker = broker_of(wiring.settings)
        self.workers = {p.stage.name: worker_of(wiring, p) for p in parts}
        self.consumers = [self._consumer(p, lane) for p in parts for lane in lanes]
        check_subscribers(self.broker, [p.stage for p in parts], lanes)
        self.tasks: list[asyncio.Task[None]] = []
        self.consuming = False
        self.stopping = False
        self.fault: str | None = None
        self.told = ""
        self.apart_s = 0.0
        self.well_since = 0.0
        self.last_beat = time.monotonic()

    def _consumer(self, part: StageParts, lane: Lane) -> LaneConsumer:
        worker = self.workers[part.stage.name]
        handing = worker.handover if "normal" in self.lanes else None
        return consumer_of(self.wiring, self.broker, part, lane, (worker.wake, handing))

    async def start(self) -> None:
        """Begin; HTTP answers at once, the rest comes up when Kafka and MongoDB answer."""
        self._spawn(self._run())
        self._spawn(self._watch())
        self._spawn(self._beat())
        if sending := traces_sent(self.wiring.settings, self.service):
            self._spawn(sending)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self.tasks.append(asyncio.create_task(work))

    async def _run(self) -> None:
        await until(self._prepare, self._tell)
        await until(self.wiring.log.start, self._tell)
        settings, express_only = self.wiring.settings, "normal" not in self.lanes
        try:
            await until(self._check_partitions, self._tell)
        except RedressError as error:
            self._stop_consuming(error)  # started again it would say the same
            return
        if not express_only:
            for part in self.parts:
                self._spawn(self.wiring.doors[part.stage.name].relay())
        for worker in self.workers.values():
            for lane in self.lanes if express_only else LANES:
                self._spawn(worker.run(lane, settings.worker_poll, settings.worker_batch))
        await until(self._consume, self._tell)
        self.consuming = True
        log.info("consuming")

    def _tell(self, what: str) -> None:
        self.told = what

    async def _prepare(self) -> None:
        for part in self.parts:
            name = part.stage.name
            await self.wiring.stores[name].prepare(part.indexes, part.history_indexes)
            await self.wiring.inputs[name].prepare()

    async def _check_partitions(self) -> None:
        await check_partitions(self.wiring.settings.kafka, self.wiring.database)

    async def _consume(self) -> None:
        try:
            await self.broker.start()
        except (KafkaError, OSError) as error:
            await self.broker.stop()
            raise TransientError("Kafka is away") from error

    async def _watch(self) -> None:
        checked = time.monotonic()
        while True:
            await asyncio.sleep(WATCH_S)
            try:
                await self._measure()
                self.well_since = min(self.well_since, time.monotonic())
                if self.consuming and time.monotonic() - checked > PARTITION_CHECK_S:
                    checked = time.monotonic()
                    await self._check_partitions()
                if self.consuming and not self.fault:
                    self.told = ""
            except TransientError as error:
                self.well_since, self.told = float("inf"), str(error)
            except RedressError as error:
                self._stop_consuming(error)
            if reason := self.dead():
                # Whoever supervises starts it again.
                log.error("this process no longer moves", reason=reason)
                os._exit(EXIT_STUCK)

    async def _beat(self) -> None:
        while True:
            self.last_beat = time.monotonic()
            await asyncio.sleep(1)

    async def _measure(self) -> None:
        if self.consuming:
            for consumer in self.consumers:
                await consumer.measure()
            await self.wiring.log.ask()  # an idle process would not see Kafka leave
        if "normal" in self.lanes:
            for part in self.parts:
                store = self.wiring.stores[part.stage.name]
                await store.tick()
                self.apart_s = store.due.apart_s
                PARKED.labels(part.stage.name).set(await store.parked())

    def _stop_consuming(self, error: RedressError) -> None:
        self.fault, self.told = error.slug, str(error)
        log.error("consumers stopped", reason=str(error))
        for consumer in self.consumers:
            consumer.failed = error.slug

    def dead(self) -> str | None:
        """Why this process must be started again; None while its own loops move."""
        if time.monotonic() - self.last_beat > 3 * WATCH_S:
            return "event_loop_stalls"
        if self.stopping:
            return None
        for task in self.tasks:
            if task.done() and not task.cancelled() and task.exception() is not None:
                return "task_ended"
        if self.wiring.log.waits_s > AWAY_S or time.monotonic() - self.well_since < 3 * WATCH_S:
            return None  # a server is or was away: waiting for it is all that can be done
        stuck = next((why for c in self.consumers if (why := c.stuck())), None)
        return stuck or self.wiring.log.dead

    def unready(self) -> str | None:
        """Why this process should get no traffic; None while it should."""
        if self.stopping:
            return "stopping"
        if self.fault:
            return self.fault
        if not self.consuming:
            return "starting"
        if self.well_since > time.monotonic() or self.wiring.log.waits_s > AWAY_S:
            return "server_away"
        off = "clock_off" if abs(self.apart_s) > MOST_APART_S else None
        return next((why for c in self.consumers if (why := c.unready(AWAY_S))), off)

    def says(self) -> str:
        """The same in one line for people, with what to do; empty where the slug says it all."""
        apart = abs(self.apart_s)
        return self.told or (CLOCK_OFF.format(apart) if apart > MOST_APART_S else "")

    def closed(self) -> str | None:
        """Why this process should get no requests; None also while Kafka or MongoDB is away.

        A door takes what comes without Kafka, and says 503 by itself without MongoDB.
        """
        if self.stopping:
            return "stopping"
        return self.fault or next((c.failed for c in self.consumers if c.failed), None)

    async def stop(self) -> None:
        """Stop in order: no new work, workers and relays, the batch under way, connections."""
        self.stopping = True
        for worker in self.workers.values():
            worker.handover.closed = True
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.broker.stop()
        for worker in self.workers.values():
            with contextlib.suppress(TransientError):
                await worker.give_back()
        await self.wiring.log.stop()
        await self.wiring.http.aclose()
        await disconnect(self.wiring.client)
