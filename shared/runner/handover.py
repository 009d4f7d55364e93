"""New due work goes from the runner to its own process's worker, leased by the write that makes it.

That spares the worker its claim: a search, a write and a second reading of the state for each item.
The express lane's items are always claimed: after a crash nothing waits there for a lease to end.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from shared.events.base import DueItem
from shared.runner.due import LEASE_S, QUEUED_S, Claim, lease_id
from shared.runner.ports import Document, Lease, Store

if TYPE_CHECKING:
    from shared.decider import State

MOST_QUEUED = 2_000
NEVER = datetime.min.replace(tzinfo=UTC)

Pair = tuple[Lease, Claim]


class Handed(NamedTuple):
    """An item; when it was leased, on a clock that never jumps; when its lease ends."""

    at: float
    until: datetime
    pair: Pair


class Handover:
    """Leases new items while there is room; what finds none is left to be claimed."""

    def __init__(
        self,
        store: Store,
        came: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
        most: int = MOST_QUEUED,
    ) -> None:
        self.store = store
        self.came = came
        self.clock = clock
        self.most = most
        self.closed = False
        self._queue: deque[Handed] = deque()

    def lease(
        self, document: Document, before: Mapping[str, DueItem], now: datetime
    ) -> list[Handed]:
        """Put leases on the items that this write makes ready into `document`."""
        full = self.closed or len(self._queue) >= self.most
        until = self.store.lease_end(LEASE_S)
        if full or until is None or document.lane == "express":
            return []
        state: State = document.state
        ready = {lease_id(i.key, i.event): i for i in _made_ready(state.due, before, now)}
        new = {name: item for name, item in ready.items() if name not in document.leased}
        document.leasing = dict.fromkeys(new, until)
        at, id_ = self.clock(), document.id
        return [
            Handed(at, until, (Lease(id_, item.key, 0, name), Claim(id_, item, state, now)))
            for name, item in new.items()
        ]

    def put(self, handed: Sequence[Handed]) -> None:
        """Queue items whose leases are stored."""
        self._queue.extend(handed)
        self.came()

    def take(self, most: int) -> list[Pair]:
        """The oldest items."""
        return [self._queue.popleft().pair for _ in range(min(most, len(self._queue)))]

    def stale(self) -> list[Lease]:
        """Remove the items whose leases are too old for the work, all once this is closed."""
        oldest = self.clock() - QUEUED_S
        leases = []
        while self._queue and (self.closed or self._queue[0].at < oldest):
            leases.append(self._queue.popleft().pair[0])
        return leases


def still_held(document: Document, handed: Sequence[Handed]) -> list[Handed]:
    """Those whose leases a write has stored after all, though its answer left that in doubt."""
    close = timedelta(milliseconds=1)  # what a store rounds off
    ends = document.leased
    return [h for h in handed if abs(ends.get(h.pair[0].name, NEVER) - h.until) < close]


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
