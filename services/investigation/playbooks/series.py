"""A series of prices: each holds until the next, whatever order they came in."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

Tick = tuple[Decimal, Decimal]  # seconds, price


@dataclass(frozen=True)
class Step:
    """A limit that holds from a time on; the first of several holds from ever (`since` None)."""

    since: Decimal | None
    limit: Decimal


class Series:
    """Prices by time. Of several at one time the last one given holds, and each was touched."""

    def __init__(self, ticks: Iterable[Tick]) -> None:
        self._ticks = sorted(ticks, key=lambda tick: tick[0])
        self._times = [at for at, _ in self._ticks]

    def held(self, at: Decimal) -> Tick | None:
        """The tick that holds at a time; None before the first."""
        place = bisect_right(self._times, at)
        return self._ticks[place - 1] if place else None

    def first(
        self, steps: Sequence[Step], crosses: Callable[[Decimal, Decimal], bool]
    ) -> Tick | None:
        """The first price that crosses, also where the limit moved while it stood; else None."""
        ends = [step.since for step in steps[1:]]
        for step, end in zip(steps, [*ends, None], strict=True):
            for at, price in self._within(step.since, end):
                if crosses(price, step.limit):
                    return at, price
        return None

    def _within(self, since: Decimal | None, end: Decimal | None) -> Iterator[Tick]:
        """What held at `since`, and the ticks from then on, before `end`."""
        first = 0 if since is None else bisect_left(self._times, since)
        if since is not None and (held := self.held(since)):
            yield since, held[1]
        yield from self._ticks[first : len(self._times) if end is None else self._before(end)]

    def _before(self, end: Decimal) -> int:
        return bisect_left(self._times, end)
