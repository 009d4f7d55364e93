"""The order in which records of many partitions become leaves. Pure."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from shared.audit.leaves import Record
from shared.audit.ledger.tree import Place


class Merging:
    """Always the oldest of the partitions' next records, by time, topic and partition.

    A record goes out only when the next record of every partition that is behind its `end` is
    known, so what is there at the start is ordered by the log alone, however it is fetched. What
    came after that was fetched as well goes out too.
    """

    def __init__(self, ends: Mapping[Place, int]) -> None:
        self._ends = dict(ends)
        self._held: dict[Place, deque[Record]] = {place: deque() for place in ends}
        self._heads: list[tuple[int, Place]] = []

    @property
    def wanted(self) -> list[Place]:
        """The partitions whose next record is missing."""
        return [place for place, held in self._held.items() if not held]

    @property
    def left(self) -> bool:
        """Whether anything is still to come."""
        return bool(self._held)

    def add(self, place: Place, records: Iterable[Record], position: int) -> None:
        """Take what was fetched of a partition; `position` is where its next fetch begins."""
        held = self._held[place]
        empty = not held
        held.extend(records)
        if position >= self._ends[place]:
            self._ends[place] = -1
            if not held:
                del self._held[place]
                return
        if empty and held:
            heapq.heappush(self._heads, (held[0].timestamp, place))

    def take(self, count: int) -> list[Record]:
        """The next records, at most `count`; fewer where a partition must be fetched first."""
        return list(islice(self._ordered(), count))

    def _ordered(self) -> Iterator[Record]:
        while self._heads and len(self._heads) == len(self._held):
            _, place = heapq.heappop(self._heads)
            held = self._held[place]
            record = held.popleft()
            if held:
                heapq.heappush(self._heads, (held[0].timestamp, place))
            elif self._ends[place] < 0:
                del self._held[place]
            yield record
