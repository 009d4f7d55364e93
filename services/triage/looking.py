"""What only the other cases tell: who has how many, who knows a customer, what is alike.

Each look goes by an index and stops at a number: none reads the queue. Raises TransientError while
MongoDB is away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services.triage.problems.rules import Seen
from services.triage.problems.state import Membership
from services.triage.rules.assign import PEOPLE
from shared.policy import MOST_ALIKE, MOST_OF_CUSTOMER
from shared.runner.away import away
from shared.runner.mongo_due import aggregate

MOST_COUNTED = 1_000  # who has more is as loaded as anybody
MOST_READ = 500  # newest cases alike: who files more within the window hides the others
LOOKS_AT_ONCE = 50

OPEN_CASES = ("state.open", "state.assignee", "state.classified_at")
OF_CUSTOMER = ("state.user_id", "state.classified_at")
ALIKE = ("state.alike", "state.classified_at", "_id")


@dataclass(frozen=True, slots=True)
class Earlier:
    """A case of the same customer."""

    complaint: str
    classified_at: datetime
    assignee: str | None
    open: bool


async def open_cases(collection: Any) -> dict[str, int]:
    """How many open cases each person has, counted to MOST_COUNTED at the most."""
    with away():
        rows = await aggregate(collection, _united(_counted(person.id) for person in PEOPLE))
    return {row["_id"]: row["cases"] for row in rows}


async def of_customers(
    collection: Any, users: Collection[str], since: datetime
) -> dict[str, list[Earlier]]:
    """The newest cases of each of these customers since an instant, MOST_OF_CUSTOMER at most."""
    found: dict[str, list[Earlier]] = defaultdict(list)
    for row in await _each(collection, users, lambda user: _of(user, since)):
        state = row["state"]
        at = datetime.fromisoformat(state["classified_at"])
        found[state["user_id"]].append(Earlier(row["_id"], at, state["assignee"], state["open"]))
    return found


async def alike(collection: Any, keys: Collection[str], since: datetime) -> dict[str, list[Seen]]:
    """The newest cases alike since an instant, by what they have in common.

    A person counts once, and so do a problem's members: MOST_ALIKE of MOST_READ cases.
    """
    found: dict[str, list[Seen]] = defaultdict(list)
    for row in await _each(collection, keys, lambda key: _alike(key, since)):
        state = row["state"]
        problem = state["problem"] and Membership.model_validate(state["problem"])
        found[state["alike"]].append(Seen(row["complaint"], state["user_id"], problem))
    return found


async def members(
    collection: Any, key: str, since: datetime, last: str | None, *, problem: str | None, most: int
) -> list[str]:
    """Cases alike since an instant that have that problem, or none; those after `last`, in order.

    An answer with an id at its end is `most` cases long: more may follow.
    """
    query: dict[str, Any] = {"state.alike": key, "state.classified_at": {"$gte": _text(since)}}
    if last:
        at, _, id_ = last.partition("|")
        later = {"state.classified_at": {"$gt": at}}
        query["$or"] = [later, {"state.classified_at": at, "_id": {"$gt": id_}}]
    query["state.problem.id" if problem else "state.problem"] = problem
    order = [("state.classified_at", 1), ("_id", 1)]
    with away():
        rows = await collection.find(
            query, {"state.classified_at": 1}, sort=order, limit=most
        ).to_list(None)
    return [f"{row['state']['classified_at']}|{row['_id']}" for row in rows]


async def _each(
    collection: Any, names: Collection[str], look: Callable[[str], list[dict[str, Any]]]
) -> list[Any]:
    """What a look finds for each name, so many in one question."""
    rows: list[Any] = []
    looks = [look(name) for name in sorted(names)]
    for start in range(0, len(looks), LOOKS_AT_ONCE):
        with away():
            some = _united(looks[start : start + LOOKS_AT_ONCE])
            rows += await aggregate(collection, some)
    return rows


def _united(looks: Iterable[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """One question for all: a short look into the index for each."""
    first, *others = looks
    return [*first, *({"$unionWith": {"coll": "triage", "pipeline": look}} for look in others)]


def _counted(who: str) -> list[dict[str, Any]]:
    return [
        {"$match": {"state.open": True, "state.assignee": who}},
        {"$limit": MOST_COUNTED},
        {"$group": {"_id": who, "cases": {"$sum": 1}}},
    ]


def _of(user: str, since: datetime) -> list[dict[str, Any]]:
    fields = ("user_id", "classified_at", "assignee", "open")
    return _newest("user_id", user, since, MOST_OF_CUSTOMER, fields)


def _alike(key: str, since: datetime) -> list[dict[str, Any]]:
    fields = ("alike", "user_id", "classified_at", "problem")
    who = {"$ifNull": ["$state.problem.id", "$state.user_id", "$_id"]}
    first = {"complaint": {"$first": "$_id"}, "state": {"$first": "$state"}}
    return [
        *_newest("alike", key, since, MOST_READ, fields),
        {"$group": {"_id": {"who": who, "fixed": "$state.problem.fixed"}, **first}},
        # Members first: who has written may be many, but the problem is found before them.
        {"$sort": {"state.problem.since": -1, "state.classified_at": -1}},
        {"$limit": MOST_ALIKE},
    ]


def _newest(
    name: str, value: str, since: datetime, most: int, fields: Sequence[str]
) -> list[dict[str, Any]]:
    return [
        {"$match": {f"state.{name}": value, "state.classified_at": {"$gte": _text(since)}}},
        {"$sort": {"state.classified_at": -1}},
        {"$limit": most},
        {"$project": {f"state.{field}": 1 for field in fields}},
    ]


def _text(at: datetime) -> str:
    """An instant as states hold it, but for a part of a second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
