"""The history of an account in order, as the takeover signals look at it."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property

from services.investigation.playbooks.takeover_facts import AccountEvent, TakeoverCase
from services.investigation.playbooks.takeover_rulebook import TAKEOVER

OUTFLOWS = frozenset({"withdrawal", "transfer"})


@dataclass(frozen=True)
class Happened:
    """An event with the name that it is cited by: its own id, else its place in what was given."""

    name: str | int
    event: AccountEvent

    @property
    def t(self) -> Decimal:
        """When, in seconds of the epoch."""
        return self.event.t

    @property
    def status(self) -> str:
        """Its status as our lists spell it."""
        return (self.event.status or "").strip().lower()

    @property
    def network(self) -> int | None:
        """The number of the autonomous system that it came from."""
        digits = str(self.event.asn or "").strip().upper().removeprefix("AS")
        return int(digits) if digits.isdecimal() and len(digits) < 12 else None  # noqa: PLR2004 - 32 bits


def seconds(duration: timedelta) -> Decimal:
    """A duration in seconds."""
    return Decimal(int(duration.total_seconds()))


class History:
    """One account's events by time; events of one instant stay in the order given."""

    def __init__(self, case: TakeoverCase) -> None:
        found = (Happened(i if e.id is None else e.id, e) for i, e in enumerate(case.events))
        self.all = sorted(found, key=lambda one: one.t)
        self.balance = case.balance_usd
        self._reported = case.claim.reported_at

    @cached_property
    def now(self) -> Decimal:
        """When it was reported, else the time of the last event."""
        return self._reported if self._reported is not None else self.all[-1].t

    @cached_property
    def sign_ins(self) -> list[Happened]:
        """Logins that came through."""
        return [e for e in self._of("login") if e.status not in TAKEOVER.failed]

    @cached_property
    def failures(self) -> list[Happened]:
        """Logins that did not."""
        return [e for e in self._of("login") if e.status in TAKEOVER.failed]

    @cached_property
    def outflows(self) -> list[Happened]:
        """Withdrawals and transfers that were not called off."""
        return [e for e in self.all if e.event.type in OUTFLOWS and e.status not in TAKEOVER.void]

    @cached_property
    def not_broadcast(self) -> list[Happened]:
        """Withdrawals that can still be stopped."""
        return [e for e in self._of("withdrawal") if e.status in TAKEOVER.not_broadcast]

    def recent(self, events: list[Happened], window: timedelta) -> list[Happened]:
        """Those within a window before the report, and those after it."""
        first = self.now - seconds(window)
        return [e for e in events if e.t >= first]

    def news(self, of: Callable[[Happened], object]) -> Iterator[Happened]:
        """The first event of each kind that comes after an event of another kind."""
        seen: set[object] = set()
        for event in self.all:
            kind = of(event)
            if kind is not None and kind not in seen:
                if seen:
                    yield event
                seen.add(kind)

    def first_left(
        self, event: Happened, duration: timedelta, address: str | None = None
    ) -> Happened | None:
        """The first outflow so soon after an event; to one address, or to an unknown one."""
        last, places = event.t + seconds(duration), self._left_by_address
        rows = [places.get(None, []), places.get(address, [])] if address else [self.outflows]
        found = [left for row in rows for left in _first_since(row, event.t) if left.t <= last]
        return min(found, key=lambda left: left.t, default=None)

    @cached_property
    def _left_by_address(self) -> dict[str | None, list[Happened]]:
        found: dict[str | None, list[Happened]] = {}
        for left in self.outflows:
            found.setdefault(left.event.address, []).append(left)
        return found

    def _of(self, kind: str) -> list[Happened]:
        return [e for e in self.all if e.event.type == kind]


def _first_since(ordered: list[Happened], time: Decimal) -> list[Happened]:
    place = bisect_left(ordered, time, key=lambda one: one.t)
    return ordered[place : place + 1]
