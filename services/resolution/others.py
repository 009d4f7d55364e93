"""What the other cases keep frozen: lifting one case's freeze must not lift theirs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from services.resolution.rules.freezes import FOREVER
from services.resolution.state import ResolutionState
from shared.runner.away import away

FROZEN_BY = ("state.effects.order.user_id",)
Kept = Callable[[str, str, datetime], Awaitable[Mapping[str, datetime]]]


def kept_in(collection: Any) -> Kept:
    """Asks the stage's own collection."""

    async def kept(user_id: str, complaint: str, now: datetime) -> Mapping[str, datetime]:
        """The scopes of an account that other cases hold, and until when.

        Raises TransientError.
        """
        theirs = {FROZEN_BY[0]: user_id, "_id": {"$ne": complaint}}
        with away():
            rows = await collection.find(theirs, {"state": 1}).to_list(None)
        return held((ResolutionState.model_validate(row["state"]) for row in rows), user_id, now)

    return kept


async def nobody(_user_id: str, _complaint: str, _now: datetime) -> Mapping[str, datetime]:
    """There are no other cases."""
    return {}


def held(cases: Iterable[ResolutionState], user_id: str, now: datetime) -> dict[str, datetime]:
    """The scopes of an account that these cases hold, each until the last of them lets go."""
    until: dict[str, datetime] = {}
    for case in cases:
        standing = {scope for user, scope in case.frozen(now) if user == user_id}
        orders = [e.order for e in case.effects if e.status != "failed"]
        for order in orders:
            for scope in standing.intersection(order.scope):
                if (order.action, order.user_id) == ("freeze", user_id):
                    until[scope] = max(until.get(scope, now), order.expires_at or FOREVER)
    return until
