"""The relay: what the door stored is produced, fresh rows at once and left-overs by the clock."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from itertools import islice

from shared.errors import TransientError
from shared.failpoint import hit
from shared.headers import headers_of
from shared.log import get_logger
from shared.metrics import RELAYED
from shared.pipeline import Stage
from shared.runner.ports import InputRow, Inputs, Log, Record

log = get_logger(__name__)
RELAY_BATCH = 500
FRESH_HELD = 10_000
LEFT_OVER_S = 5.0


class Relay:
    """One stage's relay; fresh rows beyond FRESH_HELD become left-overs."""

    def __init__(self, stage: Stage, inputs: Inputs, log_: Log) -> None:
        self.stage = stage
        self.inputs = inputs
        self.log = log_
        self._fresh: dict[str, InputRow] = {}
        self._came = asyncio.Event()

    def offer(self, row: InputRow) -> None:
        """Take a row that was just stored."""
        if len(self._fresh) < FRESH_HELD:
            self._fresh[row.event_id] = row
            self._came.set()

    async def run(self, left_over_s: float) -> None:
        """Produce in batches until cancelled; rows unsent for `left_over_s` seconds as often."""
        due = time.monotonic()
        while True:
            try:
                await self.send(await self._next(due - time.monotonic()))
                if time.monotonic() >= due:
                    full = await self._send_left_over(left_over_s)
                    due = time.monotonic() + (0 if full else left_over_s)
            except TransientError as error:
                log.warning("the relay waits", stage=self.stage.name, reason=error.slug)
                await asyncio.sleep(1)

    async def _next(self, wait_s: float) -> list[InputRow]:
        try:
            async with asyncio.timeout(wait_s):
                await self._came.wait()
        except TimeoutError:
            return []
        rows = [self._fresh.pop(event) for event in list(islice(self._fresh, RELAY_BATCH))]
        if not self._fresh:
            self._came.clear()
        return rows

    async def _send_left_over(self, older_s: float) -> bool:
        """Produce one batch of left-overs; returns whether it was full."""
        rows = await self.inputs.unsent(RELAY_BATCH, older_s)
        for row in rows:
            # A row may still be queued here as well; it is produced once.
            self._fresh.pop(row.event_id, None)
        await self.send(rows)
        return len(rows) == RELAY_BATCH

    async def send(self, rows: Sequence[InputRow]) -> None:
        """Produce inputs and mark them as sent."""
        if not rows:
            return
        await self.log.publish([self._record(row) for row in rows])
        hit("relay.after_produce")
        await self.inputs.sent(rows)
        RELAYED.labels(self.stage.name).inc(len(rows))

    def _record(self, row: InputRow) -> Record:
        topic = self.stage.topic("inputs", row.lane)
        return Record(topic, row.complaint.encode(), row.value, headers_of(row.value))
