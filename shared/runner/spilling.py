"""Where the waiting records of one batch go that find no room in their documents."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from shared.runner.folded import Folded
from shared.runner.ports import Store

Wait = Callable[[Callable[[], Awaitable[Any]]], Awaitable[Any]]


class Spilling:
    """Rows are stored before the write that names their pile, and removed after the one that folds.

    `wait` makes a call until it is answered.
    """

    def __init__(self, store: Store, wait: Wait) -> None:
        self._store = store
        self._wait = wait
        self._in_doubt: list[Folded] = []

    async def spill(self, folded: Sequence[Folded]) -> None:
        """Store what a write is about to name."""
        for result in folded:
            if result.spilled:
                pile = result.document.overflow
                await self._wait(partial(self._store.spill, pile, result.spilled))

    async def unspill(self, folded: Sequence[Folded]) -> None:
        """Remove what a write has folded."""
        for result in folded:
            if result.unspilled:
                await self._wait(partial(self._store.unspill, result.pile, result.unspilled))

    def doubt(self, folded: Sequence[Folded]) -> None:
        """Remember what was stored for a write that may not have come through."""
        self._in_doubt += [result for result in folded if result.spilled]

    async def sweep(self, settled: Sequence[Folded]) -> None:
        """Remove what lies on piles that no document will ever name, now that all are written."""
        named = {pile for r in settled for pile in (r.pile, r.document.overflow)}
        for result in self._in_doubt:
            pile = result.document.overflow
            if pile not in named:
                await self._wait(partial(self._store.unspill, pile, result.spilled))
