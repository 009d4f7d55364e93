"""The product list with what was suggested: `GET /v1/suggestions`, for who may read complaints."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request

from services.investigation.playbooks.suggestion import SUGGESTION
from shared.events.base import Model
from shared.pages.staff import principal
from shared.runner.away import away

if TYPE_CHECKING:
    from shared.runner.wiring import Wiring

READERS = frozenset({"agent", "supervisor", "director", "auditor", "admin"})
SAME_PRODUCT = ("state.category", "state.claim.product")


class Suggested(Model):
    """How many complaints suggested an item; None stands for what fits no item."""

    product: str | None
    suggestions: int


def router(wiring: Wiring) -> APIRouter:
    """`GET /v1/suggestions`."""
    routes, collection = APIRouter(tags=["staff"]), wiring.database["investigation"]
    key = wiring.settings.token_key.get_secret_value()

    async def suggestions(request: Request) -> list[Suggested]:
        principal(request, key, datetime.now(UTC)).require(READERS)
        return await counted(collection)

    routes.add_api_route("/v1/suggestions", suggestions)
    return routes


async def counted(collection: Any) -> list[Suggested]:
    """Every item of the list and what fits none, most wished for first, by one covered query.

    Raises TransientError while MongoDB is away.
    """
    stages = [
        {"$match": {"state.category": "product_suggestion"}},
        {"$group": {"_id": "$state.claim.product", "count": {"$sum": 1}}},
    ]
    with away():
        rows = await collection.aggregate(stages).to_list(None)
    found = dict.fromkeys((item.id for item in SUGGESTION.rules), 0)
    counts = {**found, None: 0, **{row["_id"]: row["count"] for row in rows}}
    every = [Suggested(product=name, suggestions=count) for name, count in counts.items()]
    return sorted(every, key=lambda one: (-one.suggestions, one.product or "~"))
