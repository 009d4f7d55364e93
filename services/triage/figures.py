"""Triage's figures: cases by kind, promises broken, appeals; and how old the open ones are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from services.triage.looking import OPEN_CASES
from services.triage.state import TriageState
from services.triage.taking.waiting import QUEUE
from shared.events.base import Event
from shared.events.triage import CaseClassified, CaseReopened, ClockBreached, ClockWarned
from shared.figures import BREACHED, CLASSIFIED, OPEN, REOPENED, WARNED, of_case
from shared.log import get_logger
from shared.runner.away import away
from shared.runner.folded import Folded
from shared.runner.mongo_due import aggregate
from shared.runner.patience import beside
from shared.runner.wiring import Wiring

log = get_logger(__name__)
AGES = (1, 3, 7, 15, 35, 56)
"""Days; what is older counts as `older`."""
OLDER = "older"
EVERY_S = 60.0
SINCE = "$state.classified_at"
LOOK = "figures"
"""The comment by which an operator knows this look in the server's profile: it counts the queue."""


async def figures(settled: Sequence[Folded]) -> None:
    """Count what was just decided, and written for sure."""
    for result in settled:
        for output in result.fresh:
            if output.envelope is not None:
                count(output.envelope.data, result.document.state)


def count(event: Event, state: TriageState) -> None:
    """Count one event of a case."""
    labels = of_case(state.category, state.language, state.channel)
    if isinstance(event, CaseClassified):
        CLASSIFIED.labels(*labels, event.priority).inc()
    elif isinstance(event, ClockWarned):
        WARNED.labels(event.clock, str(event.share), state.team).inc()
    elif isinstance(event, ClockBreached):
        BREACHED.labels(*labels, event.clock, state.team, state.priority).inc()
    elif isinstance(event, CaseReopened):
        REOPENED.labels(*labels).inc()


@asynccontextmanager
async def backlog(wiring: Wiring, every_s: float = EVERY_S) -> AsyncIterator[None]:
    """Keep the gauge of open cases fresh, once in `every_s`: a scrape asks nobody."""
    async with beside(_keep(wiring.database["triage"], every_s)):
        yield


async def _keep(collection: Any, every_s: float) -> None:
    while True:
        try:
            for age, cases in (await open_by_age(collection, datetime.now(UTC))).items():
                OPEN.labels(age).set(cases)
        except Exception as error:  # noqa: BLE001 - the gauge keeps its last value until the next round
            log.warning("open cases were not counted", error_class=type(error).__name__)
        await asyncio.sleep(every_s)


async def open_by_age(collection: Any, now: datetime) -> dict[str, int]:
    """Open cases by age, in work, offered or in the queue, from two indexes alone.

    Raises TransientError while MongoDB is away.
    """
    found = dict.fromkeys((*map(str, AGES), OLDER), 0)
    for pipeline in (by_age({OPEN_CASES[0]: True}, now), by_age({QUEUE[0]: {"$gt": ""}}, now)):
        with away():
            rows = await aggregate(collection, pipeline, comment=LOOK)
        for row in rows:
            found[row["_id"]] += row["cases"]
    return found


def by_age(which: Mapping[str, Any], now: datetime) -> list[dict[str, Any]]:
    """The pipeline that counts these cases by age, without reading one."""
    branches = [
        {"case": {"$gt": [SINCE, _text(now - timedelta(days=days))]}, "then": str(days)}
        for days in AGES
    ]
    age = {"$switch": {"branches": branches, "default": OLDER}}
    return [{"$match": which}, {"$group": {"_id": age, "cases": {"$sum": 1}}}]


def _text(at: datetime) -> str:
    """An instant as states hold it, but for a part of a second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
