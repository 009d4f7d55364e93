"""The list of cases by urgency: by priority, then by when the next clock runs out.

One index gives each page of it, however many cases there are: `LIST`, and `OF_ASSIGNEE` where
somebody has few of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Self

from pydantic import AwareDatetime

from services.triage.clocks.running import NEVER
from shared.events.base import Category, Lane, Model, Priority
from shared.http.errors import ProblemError
from shared.pipeline import LANES
from shared.reference import reference_of
from shared.runner.away import away

Standing = Literal["open", "waiting", "assigned", "merged", "settled", "all"]
LIST = (
    "state.stands",
    "run.lane",
    "state.priority",
    "state.due_by",
    "_id",
    "state.team",
    "state.assignee",
    "state.category",
    "state.classified_at",
)
OF_ASSIGNEE = ("state.assignee", "state.stands", "state.priority", "state.due_by", "_id")
PRIORITIES: tuple[Priority, ...] = ("P1", "P2", "P3", "P4")
OPEN = ["waiting", "assigned"]
EVERY = [*OPEN, "merged", "settled"]
SHOWN = (
    *("stands", "priority", "due_by", "team", "assignee", "category", "level", "language"),
    *("lease", "clocks", "broken", "waits_for"),
)
_CURSOR = re.compile(r"(P[1-4])\|([0-9T:.Z-]{0,40})\|([0-9a-f-]{36})")


class CaseRow(Model):
    """A case in the queue, without a word of the customer's.

    `due_at` is when its next clock runs out (`clock`), None while all stand still; `lent_until`
    when it goes to somebody else unless its assignee acts.
    """

    complaint_id: str
    reference: str
    category: Category
    priority: Priority
    team: str
    level: int
    language: str
    stands: Literal["waiting", "assigned", "merged", "settled"]
    assignee: str | None
    lent_until: AwareDatetime | None
    due_at: AwareDatetime | None
    clock: str | None
    waits_for: tuple[str, ...]


class Listing(Model):
    """A page of the queue; `after` asks for the next one, None at the end."""

    cases: tuple[CaseRow, ...]
    after: str | None


class Cursor(Model):
    """The last case of a page: where the next one goes on."""

    priority: Priority
    due_by: str
    complaint: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read one. Raises ProblemError 422."""
        found = _CURSOR.fullmatch(text)
        if found is None:
            raise ProblemError(422, "bad_cursor", "Send `after` as it was given, or nothing.")
        priority, due_by, complaint = found.groups()
        return cls.model_validate({"priority": priority, "due_by": due_by, "complaint": complaint})

    def __str__(self) -> str:
        """As it travels."""
        return f"{self.priority}|{self.due_by}|{self.complaint}"


@dataclass(frozen=True)
class Wish:
    """Which cases are asked for; None means: all.

    `due_before` is an instant, `before` the one before which they were classified, `account` the
    exchange's id of the customer.
    """

    standing: Standing = "open"
    assignee: str | None = None
    team: str | None = None
    priority: Priority | None = None
    category: Category | None = None
    lane: Lane | None = None
    account: str | None = None
    due_before: datetime | None = None
    before: datetime | None = None
    after: Cursor | None = None
    limit: int = 50


async def listed(collection: Any, wish: Wish) -> Listing:
    """A page of the queue. Raises TransientError while MongoDB is away."""
    rows: list[dict[str, Any]] = []
    for query in _queries(wish):
        left = wish.limit + 1 - len(rows)
        if left <= 0:
            break
        order = [("state.due_by", 1), ("_id", 1)]
        fields = [f"state.{name}" for name in SHOWN]
        with away():
            rows += await collection.find(query, fields, sort=order, limit=left).to_list(None)
    more = len(rows) > wish.limit
    cases = rows[: wish.limit]
    return Listing(cases=tuple(map(_row, cases)), after=_cursor(cases[-1]) if more else None)


def _queries(wish: Wish) -> Iterator[dict[str, Any]]:
    """One question for each priority, the most urgent first: each walks the index in its order."""
    several = {"open": {"$in": OPEN}, "all": {"$in": EVERY}}
    exact = {
        "state.assignee": wish.assignee,
        "state.team": wish.team,
        "state.category": wish.category,
        "state.user_id": wish.account,
        "state.classified_at": wish.before and {"$lt": _text(wish.before)},
    }
    wanted: dict[str, Any] = {"state.stands": several.get(wish.standing, wish.standing)}
    wanted["run.lane"] = wish.lane or {"$in": list(LANES)}  # so that the index keeps its order
    wanted |= {name: value for name, value in exact.items() if value is not None}
    start = wish.after.priority if wish.after else PRIORITIES[0]
    for priority in PRIORITIES:
        if priority >= start and wish.priority in (None, priority):
            yield {**wanted, "state.priority": priority, **_due(wish, priority)}


def _due(wish: Wish, priority: Priority) -> dict[str, Any]:
    span: dict[str, Any] = {}
    if wish.due_before is not None:
        span["$lt"] = _text(wish.due_before)
    after = wish.after
    if after is None or after.priority != priority:
        return {"state.due_by": span} if span else {}
    later = [
        {"state.due_by": {"$gt": after.due_by}},
        {"state.due_by": after.due_by, "_id": {"$gt": after.complaint}},
    ]
    return {"state.due_by": {**span, "$gte": after.due_by}, "$or": later}


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _cursor(row: Mapping[str, Any]) -> str:
    state = row["state"]
    cursor = Cursor(priority=state["priority"], due_by=state["due_by"], complaint=row["_id"])
    return str(cursor)


def _row(row: Mapping[str, Any]) -> CaseRow:
    state = row["state"]
    lease, due_by = state.get("lease"), datetime.fromisoformat(state["due_by"])
    told = {name: state[name] for name in CaseRow.model_fields if name in state}
    return CaseRow.model_validate(
        {
            **told,
            "complaint_id": row["_id"],
            "reference": reference_of(row["_id"]),
            "lent_until": lease and lease["until"],
            "due_at": None if due_by == NEVER else due_by,
            "clock": _clock(state),
        }
    )


def _clock(state: Mapping[str, Any]) -> str | None:
    """The clock that runs out next, by its name without the level."""
    every = {**state["clocks"], **state["broken"]}
    found = (name for name, clock in every.items() if clock["due_at"] == state["due_by"])
    return next((name.rpartition(":")[0] for name in found), None)
