"""Trusts that the owner of a partition is alone: it writes over whatever `rev` it finds.

Right as long as a partition changes hands between batches only; see no_drain.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from shared.runner import wiring
from shared.runner.mongo import MongoStore
from shared.runner.ports import Document
from tests.faults.switches import held


class UnguardedStore(MongoStore):
    async def write(self, documents: Sequence[Document]) -> set[str]:
        await held("write.held")
        there = await self.find([document.id for document in documents])
        return await super().write(
            [replace(d, rev=there[d.id].rev + 1 if d.id in there else 1) for d in documents]
        )


wiring.MongoStore = UnguardedStore  # type: ignore[misc] # the one part that differs
