"""New due work goes from the runner to its own process's worker, leased by the write that makes it.

That spares the worker its claim: a search, a write and a second reading of the state for each item.
The express lane's items are always claimed: after a crash nothing waits there for a lease to end.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from shared.events.base import DueItem
from shared.runner.due import LEASE_S, QUEUED_S, Claim, lease_id
from shared.runner.ports import Document, Lease, Store

if TYPE_CHECKING:
    from shared.decider import State

MOST_QUEUED = 2_000

Pair = tuple[Lease, Claim]


class Handed(NamedTuple):
    """An item, and when it was leased, on a clock that never jumps."""

    at: float
    pair: Pair


class Handover:
    """Leases new items while there is room; what finds none is left to be claimed."""

    def __init__(
        self,
        store: Store,
        came: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.store = store
        self.came = came
        self.clock = clock
        self._queue: deque[Handed] = deque()

    def lease(
        self, document: Document, before: Mapping[str, DueItem], now: datetime
    ) -> list[Handed]:
        """Put leases on the items that this write makes ready into `document`."""
        if document.lane == "express" or len(self._queue) >= MOST_QUEUED:
            return []
        until = self.store.lease_end(LEASE_S)
        if until is None:
            return []
        at = self.clock()
        state: State = document.state
        items = list(_made_ready(state.due, before, now))
        names = [lease_id(item.key, item.event) for item in items]
        document.leasing = dict.fromkeys(names, until)
        return [
            Handed(
                at, (Lease(document.id, item.key, 0, name), Claim(document.id, item, state, now))
            )
            for item, name in zip(items, names, strict=True)
        ]

    def put(self, handed: Sequence[Handed]) -> None:
        """Queue items whose leases are stored."""
        self._queue.extend(handed)
        self.came()

    def take(self, most: int) -> list[Pair]:
        """The oldest items; one leased too long ago is left out, to be claimed after its lease."""
        oldest = self.clock() - QUEUED_S
        taken: list[Pair] = []
        while self._queue and len(taken) < most:
            at, pair = self._queue.popleft()
            if at >= oldest:
                taken.append(pair)
        return taken


def _made_ready(
    due: Mapping[str, DueItem], before: Mapping[str, DueItem], now: datetime
) -> Iterator[DueItem]:
    """Items that nobody can have claimed before: they are new, or what they waited for is gone."""
    for key, item in due.items():
        if item.at > now or item.after in due:
            continue
        old = before.get(key)
        if old is None or old.event != item.event or (item.after and item.after in before):
            yield item


def to_claim(document: Document) -> bool:
    """Whether the document holds work that could start now and that nobody is doing."""
    due, now = document.state.due, datetime.now(UTC)
    return any(
        item.at <= now
        and item.after not in due
        and lease_id(item.key, item.event) not in document.leased
        for item in due.values()
    )
