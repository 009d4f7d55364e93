"""How many cases were decided in a time, and how many of them for one cause."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from services.resolution.state import ResolutionState
from services.resolution.state.reviews import MEASURE
from shared.events.resolution import CasesCounted, Share
from shared.runner.away import away
from shared.runner.due import Claim

DECIDED_AT = ("state.decisions.made_at",)


async def measured(collection: Any, claim: Claim) -> CasesCounted:
    """Count both times of an action. Raises TransientError while MongoDB is away."""
    state = cast("ResolutionState", claim.state)
    action = state.action(claim.item.key.removeprefix(MEASURE))
    if action is None or not (action.since and action.done_at and action.until):
        nothing = Share(cases=0, of=0)
        return _counted(claim, nothing, nothing)
    before = await share(collection, action.against, action.since, action.done_at)
    after = await share(collection, action.against, action.done_at, action.until)
    return _counted(claim, before, after)


async def share(collection: Any, against: str, since: datetime, until: datetime) -> Share:
    """A case counts once, however often it was decided. Raises TransientError."""
    within = {"made_at": {"$gte": _said(since), "$lt": _said(until)}}
    either = {"$or": [{"finding": against}, {"cause": against}]}
    with away():
        every = await collection.count_documents({"state.decisions": {"$elemMatch": within}})
        cases = await collection.count_documents(
            {"state.decisions": {"$elemMatch": {**within, **either}}}
        )
    return Share(cases=cases, of=every)


def _said(instant: datetime) -> str:
    """As the state holds an instant."""
    return instant.isoformat().replace("+00:00", "Z")


def _counted(claim: Claim, before: Share, after: Share) -> CasesCounted:
    item = claim.item
    return CasesCounted(key=item.key, put_by=item.event, before=before, after=after)
