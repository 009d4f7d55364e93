"""Sends what raised to be tried again later, and goes on with what comes behind it."""

from __future__ import annotations

import asyncio
from typing import Any

from shared.runner import assembling, settle
from shared.runner.fold import Fold
from shared.runner.folded import Folded, Incoming
from shared.runner.ports import Record
from shared.runner.runner import Runner
from tests.faults.switches import switch

RETRY_S = 3.0


class Impatient(Fold):
    def _try(self, it: Incoming) -> bool:
        if not super()._try(it):
            self.result.document.parked = None
            self.result.passed_on.append(it)
        return True


class Retrying(Runner):
    def _take(self, result: Folded, places: Any, outcome: Any) -> None:
        again, result.passed_on, result.raised = result.passed_on, [], []
        if again:
            task = asyncio.create_task(self._retry(again))
            task.add_done_callback(lambda _: None)
        super()._take(result, places, outcome)

    async def _retry(self, again: list[Incoming]) -> None:
        switch("retry").touch()
        await asyncio.sleep(RETRY_S)
        topic = self.stage.topic("inputs")
        await self.log.publish(
            [Record(topic, it.envelope.subject.encode(), it.value, []) for it in again]
        )


settle.Fold = Impatient  # type: ignore[misc] # the parts that differ
assembling.Runner = Retrying  # type: ignore[attr-defined]
