"""Commits what it has written before it has published it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.runner import assembling
from shared.runner.runner import Runner
from tests.faults.switches import Stumbling


class Consumer(Stumbling):
    async def commit(self, records: Sequence[Any]) -> None:
        await self._commit(records)


class Hasty(Runner):
    async def run(self, records: Sequence[Any], assignment: Any) -> None:
        self.records = records
        await super().run(records, assignment)

    async def _publish(self, outcome: Any, assignment: Any) -> None:
        await assignment.commit(self.records)
        await super()._publish(outcome, assignment)


assembling.Runner = Hasty  # type: ignore[attr-defined] # the one part that differs
