"""Whether a complaint's promises are at risk or broken, from the rows of its clocks. Pure.

Of each clock the newest row counts, by its number in triage's chain: rows may come in any order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

import orjson

from shared.events.base import Event
from shared.events.triage import (
    ClockBreached,
    ClockExtended,
    ClockMet,
    ClockResumed,
    ClockStarted,
    ClockStopped,
    ClockWarned,
)

Risk = Literal["at_risk", "late"]
TROUBLE = (ClockWarned.event_type, ClockBreached.event_type)
"""Before one of them no promise of a complaint is at risk."""
_MARKS: dict[type[Event], Risk | None] = {
    ClockStarted: None,
    ClockResumed: None,
    ClockExtended: None,
    ClockMet: None,
    ClockStopped: None,
    ClockWarned: "at_risk",
    ClockBreached: "late",
}
MARKS = {kind.event_type: mark for kind, mark in _MARKS.items()}


def risk_of(rows: Iterable[Mapping[str, Any]]) -> Risk | None:
    """The worst that a complaint's clocks are in; None where all is well."""
    newest: dict[tuple[str, int], tuple[int, Risk | None]] = {}
    for row in rows:
        if row["type"] not in MARKS:
            continue
        event = orjson.loads(bytes(row["value"]))
        number = int(event["sequence"])
        for clock in _clocks(event["data"]):
            known = newest.get(clock)
            if known is None or known[0] < number:
                newest[clock] = number, MARKS[row["type"]]
    found = {mark for _, mark in newest.values()}
    return "late" if "late" in found else "at_risk" if "at_risk" in found else None


def _clocks(data: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    if isinstance(several := data.get("clocks"), list):
        yield from ((one["clock"], one["level"]) for one in several)
        return
    for one in (data, *data.get("beside", ())):
        yield one["clock"], one["level"]
