"""When many cases are one problem. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from services.triage.problems.state import Grouped, Membership
from shared.events.triage import Surge
from shared.policy import SurgePolicy

_PROBLEMS = uuid.uuid5(uuid.NAMESPACE_URL, "urn:redress:problem")


@dataclass(frozen=True, slots=True)
class Seen:
    """Another case that is alike, classified within the window."""

    complaint: str
    user_id: str | None
    problem: Membership | None


def watched(state: Grouped, policy: SurgePolicy) -> str | None:
    """What a case is compared by: none where it names nothing that others could share."""
    if state.alike is None or state.problem:
        return None
    category, asset, network = state.alike.split("|", 2)
    named = bool(asset or network) or category in policy.unnamed
    return state.alike if named and category in policy.categories else None


def surge_of(
    key: str, me: Seen, others: Iterable[Seen], policy: SurgePolicy, now: datetime
) -> Surge | None:
    """The problem that a case belongs to: one that another has, or a new one, or none.

    A person counts once, however often they write. What belongs to a fixed problem is no sign of
    a new one.
    """
    seen = [one for one in others if one.complaint != me.complaint]
    for one in seen:
        if one.problem and not one.problem.fixed:
            return Surge(problem_id=one.problem.id, since=one.problem.since, known=True)
    people = {one.user_id or one.complaint for one in (me, *seen) if one.problem is None}
    if len(people) < policy.points:
        return None
    fixed = {one.problem.id for one in seen if one.problem}
    name = problem_id(key, policy, now, fixed)
    return Surge(problem_id=name, since=now - policy.within, known=False)


def problem_id(
    key: str, policy: SurgePolicy, now: datetime, fixed: Collection[str] = frozenset()
) -> str:
    """The same for all cases that find the problem within the same window, and never a fixed one's.

    What comes back within the window is named after what was fixed: it is found by its members.
    """
    seconds = int(policy.within.total_seconds())
    start = int(now.timestamp()) // seconds * seconds
    name = f"{key}|{datetime.fromtimestamp(start, UTC).isoformat()}"
    found = str(uuid.uuid5(_PROBLEMS, name))
    while found in fixed:
        found = str(uuid.uuid5(_PROBLEMS, found))
    return found
