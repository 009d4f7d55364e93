"""Triage's outside work: who is free, which only the other open cases can tell."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.triage.rules.assign import PEOPLE
from services.triage.rules.placing import place
from shared.events.triage import AssigneeFound
from shared.runner.app import Wiring
from shared.runner.away import away
from shared.runner.due import Claim, Work
from shared.runner.mongo_due import aggregate

MOST_COUNTED = 1_000  # who has more is as loaded as anybody: a count never reads the whole queue


def _counted(who: str) -> list[dict[str, Any]]:
    return [
        {"$match": {"state.open": True, "state.assignee": who}},
        {"$limit": MOST_COUNTED},
        {"$group": {"_id": who, "cases": {"$sum": 1}}},
    ]


def _open_cases(first: str, *others: str) -> list[dict[str, Any]]:
    """One question for all: a short look into the index for each."""
    more = [{"$unionWith": {"coll": "triage", "pipeline": _counted(who)}} for who in others]
    return [*_counted(first), *more]


OPEN_CASES = _open_cases(*(person.id for person in PEOPLE))


def work(wiring: Wiring) -> Mapping[str, Work]:
    """Looks for assignees; a batch asks once and counts what it gives away itself."""
    capacity = wiring.policy.triage.capacity

    async def find_assignee(claims: Sequence[Claim]) -> list[AssigneeFound]:
        load = await open_cases(wiring.database["triage"])
        return [_found(claim, load, capacity) for claim in claims]

    return {"find_assignee": find_assignee}


async def open_cases(collection: Any) -> dict[str, int]:
    """How many open cases each person has, counted to MOST_COUNTED at the most.

    Raises TransientError while MongoDB is away.
    """
    with away():
        rows = await aggregate(collection, OPEN_CASES)
    return {row["_id"]: row["cases"] for row in rows}


def _found(claim: Claim, load: dict[str, int], capacity: int) -> AssigneeFound:
    assignee = place(claim.state, load, capacity)
    cases = load[assignee] if assignee else 0
    return AssigneeFound(
        key=claim.item.key, put_by=claim.item.event, assignee=assignee, open_cases=cases
    )
