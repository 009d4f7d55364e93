"""The framework's default: offsets are committed by a clock, whatever became of the records."""

import asyncio
from collections.abc import Sequence
from typing import Any

from faststream.kafka.message import KafkaMessage

from shared.runner import process
from shared.runner.subscribing import SUBSCRIBING
from tests.faults.switches import Stumbling
from tests.faults.wrong.unchecked import unchecked

COMMIT_EVERY_MS = 100
SLOW_S = 0.5  # a handler that takes longer than that


class Consumer(Stumbling):
    async def _batch(self, message: KafkaMessage) -> None:
        await asyncio.sleep(SLOW_S)
        await super()._batch(message)

    async def _commit(self, records: Sequence[Any]) -> None:
        """The framework has done it."""


del SUBSCRIBING["ack_policy"]
SUBSCRIBING["auto_commit_interval_ms"] = COMMIT_EVERY_MS
process.check_subscribers = unchecked  # type: ignore[attr-defined] # which would refuse to start
