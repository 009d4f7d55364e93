"""The queue: cases that nobody is free for, the most urgent first, found by an index."""

from __future__ import annotations

from typing import Any

from services.triage.rules.assign import Person
from services.triage.taking.state import queue_of
from shared.runner.away import away

QUEUE = ("state.queue", "state.priority", "state.classified_at")
MOST_OFFERED = 20


async def waiting(collection: Any, person: Person) -> list[str]:
    """The first cases that wait for one of the person's teams, at a level they have.

    Raises TransientError while MongoDB is away.
    """
    levels = range(1, person.level + 1)
    queues = [queue_of(team, level) for team in sorted(person.teams) for level in levels]
    order = [("state.priority", 1), ("state.classified_at", 1)]
    with away():
        rows = await collection.find(
            {"state.queue": {"$in": queues}}, {"_id": 1}, sort=order, limit=MOST_OFFERED
        ).to_list(None)
    return [row["_id"] for row in rows]
