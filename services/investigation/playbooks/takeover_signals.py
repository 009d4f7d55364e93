"""The signals of a stolen account: each names the events that show it.

Source: domain.md 6 B. Distances are great circles on a sphere of 6,371 km (haversine).
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt

from services.investigation.playbooks.account_history import Happened, History, seconds
from services.investigation.playbooks.amounts import EXACT
from services.investigation.playbooks.takeover_rulebook import TAKEOVER

EARTH_KM, HOUR_S = 6371.0, 3600.0
Shown = Iterable[Happened]
Look = Callable[[History], Shown]


@dataclass(frozen=True)
class Signal:
    """What was seen, what it counts, and the names of the events that show it."""

    code: str
    weight: int
    events: tuple[str | int, ...]


def signals(history: History) -> Iterator[Signal]:
    """Each signal once, in the order of the table, as far as it lies within its window."""
    seen = {code: list(look(history)) for code, look in LOOKS.items()}
    seen |= {code: list(_changed(history, kind)) for kind, code in TAKEOVER.changes.items()}
    for code, weight in TAKEOVER.signals.items():
        if shown := history.recent(seen[code], weight.window):
            names = dict.fromkeys(event.name for event in shown)
            yield Signal(code, weight.weight, tuple(names))


def kilometres(one: Happened, other: Happened) -> float | None:
    """The great-circle distance of two events; None where a place is not known."""
    a, b = one.event, other.event
    if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
        return None
    south, north = radians(a.lat), radians(b.lat)
    east = radians(b.lon - a.lon)
    half = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin(east / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def _travel(history: History) -> Iterator[Happened]:
    travelled = [e for e in history.sign_ins if e.network not in TAKEOVER.private_networks]
    placed = [e for e in travelled if e.event.lat is not None and e.event.lon is not None]
    for before, after in pairwise(placed):
        far, took = kilometres(before, after), float(after.t - before.t) / HOUR_S
        rule = TAKEOVER.travel
        if far is not None and far > max(rule.further_than_km, rule.faster_than_km_h * took):
            yield before
            yield after


def _failures(history: History) -> Shown:
    """The first burst."""
    within, count = seconds(TAKEOVER.burst.within), TAKEOVER.burst.failures
    failed = history.failures
    bursts = (failed[i : i + count] for i in range(len(failed) - count + 1))
    return next((burst for burst in bursts if burst[-1].t - burst[0].t <= within), [])


def _sessions(history: History) -> Iterator[Happened]:
    within = seconds(TAKEOVER.sessions_within)
    for before, after in pairwise(e for e in history.sign_ins if e.event.device and e.event.ip):
        apart = before.event.device != after.event.device and before.event.ip != after.event.ip
        if apart and after.t - before.t <= within:
            yield before
            yield after


def _dormant(history: History) -> Iterator[Happened]:
    silence = seconds(TAKEOVER.dormant_after)
    return (after for before, after in pairwise(history.all) if after.t - before.t > silence)


def _changed(history: History, kind: str) -> Iterator[Happened]:
    for change in (e for e in history.all if e.event.type == kind):
        address = change.event.address if kind == "address_added" else None
        if left := history.first_left(change, TAKEOVER.after_change, address):
            yield change
            yield left


def _drained(history: History) -> Shown:
    """The first outflows that together are so much of the balance."""
    if not history.balance:
        return ()
    wanted, within = TAKEOVER.drain.share * history.balance, seconds(TAKEOVER.drain.within)
    together: deque[Happened] = deque()
    worth = Decimal()
    for event in history.outflows:
        together.append(event)
        worth = EXACT.add(worth, _worth(event))
        while event.t - together[0].t > within:
            worth = EXACT.subtract(worth, _worth(together.popleft()))
        if worth >= wanted:
            return together
    return ()


def _sold(history: History) -> Iterator[Happened]:
    if not history.balance:
        return
    wanted = TAKEOVER.drain.share * history.balance
    for trade in (e for e in history.all if e.event.type == "trade" and _worth(e) >= wanted):
        if left := history.first_left(trade, TAKEOVER.drain.within):
            yield trade
            yield left


def _under(history: History) -> Iterator[Happened]:
    rule = TAKEOVER.under_limit
    bands = [(limit * (1 - rule.margin), limit) for limit in rule.limits_usd]
    for event in history.outflows:
        amount = event.event.amount_usd
        if amount is not None and any(low <= amount < limit for low, limit in bands):
            yield event


def _worth(event: Happened) -> Decimal:
    return event.event.amount_usd or Decimal()


LOOKS: dict[str, Look] = {
    "new_device": lambda history: history.news(lambda e: e.event.device or None),
    "new_country": lambda history: history.news(lambda e: e.event.country or None),
    "new_network": lambda history: history.news(lambda e: e.network),
    "hosting_network": lambda history: (
        e for e in history.all if e.network in TAKEOVER.hosting_networks
    ),
    "impossible_travel": _travel,
    "failed_second_factor": _failures,
    "parallel_sessions": _sessions,
    "dormant": _dormant,
    "drained": _drained,
    "sold_then_withdrawn": _sold,
    "just_under_limit": _under,
}
