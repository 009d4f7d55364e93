"""Who takes a case: the least loaded of those who fit and work now, counted case by case."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal

from services.triage.rules.assign import PEOPLE, Person, choose
from services.triage.state import TriageState

NEVER_WAITS = frozenset({"P1", "P2"})
WEEK_HOURS = 7 * 24


@dataclass(frozen=True, slots=True)
class Placed:
    """Who takes the case, and why; or nobody, and from when on somebody may who is off now."""

    assignee: str | None
    reason: Literal["least-loaded", "same-customer"] = "least-loaded"
    free_at: datetime | None = None


def place(
    state: TriageState,
    load: MutableMapping[str, int],
    capacity: int,
    at: datetime,
    owners: Iterable[str] = (),
) -> Placed:
    """The person for this case, who then counts as having one more.

    First of `owners`, who know the customer. Where money is at stake a case never waits for
    capacity or for a shift: the least loaded takes it as well.
    """
    waits = state.priority not in NEVER_WAITS
    fit = [p for p in PEOPLE if _may(p, state)]
    working = [p for p in fit if p.shift.covers(at)]
    able = [p for p in working if load.get(p.id, 0) < (p.capacity or capacity)]
    able = able or ([] if waits else working or fit)
    able = [p for p in able if p.id not in state.declined] or able
    known = [p for p in able if p.id in set(owners)]
    found = choose(
        known or able,
        team=state.team,
        language=state.language,
        load=load,
        excluded=(),
        level=state.level,
    )
    if found is None:
        return Placed(None, free_at=None if working else _shift_begins(tuple(fit), _hour(at)))
    load[found] = load.get(found, 0) + 1
    return Placed(found, "same-customer" if known else "least-loaded")


def _may(person: Person, state: TriageState) -> bool:
    """Whether the case is of their team and level, and not one they have judged."""
    fits = state.team in person.teams and person.level >= state.level
    return fits and person.id not in state.barred


def _hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


@lru_cache(maxsize=1024)
def _shift_begins(people: tuple[Person, ...], hour: datetime) -> datetime | None:
    """When the first of them works again."""
    hours = (hour + timedelta(hours=ahead) for ahead in range(1, WEEK_HOURS + 1))
    return next((at for at in hours if any(p.shift.covers(at) for p in people)), None)
