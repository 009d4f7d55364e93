"""Similar cases: of the same transaction or address, or seen from the same device or network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from pydantic import AwareDatetime

from services.investigation.rules.marks import kind_of
from shared.events.base import Category, Model
from shared.http.errors import ProblemError
from shared.pages.html import environment, page
from shared.pages.staff import ask, member, principal
from shared.reference import reference_of
from shared.runner.away import away
from shared.runner.staff import case_of

if TYPE_CHECKING:
    from shared.runner.wiring import Wiring

READERS = frozenset({"agent", "supervisor", "director", "auditor", "admin"})
SAME_ADDRESS = ("state.claim.address",)
SAME_MARK = ("state.marks",)
MOST_FOUND = 50
_templates = environment("services.investigation", "templates")
FIELDS = ("state.claim", "state.marks", "state.category", "state.level", "state.ended")


class Similar(Model):
    """Another case, and what it shares: txid, address, ip, device."""

    complaint_id: str
    reference: str
    shares: tuple[str, ...]
    category: Category
    received_at: AwareDatetime | None
    over: bool


def router(wiring: Wiring) -> APIRouter:
    """`GET /v1/cases/{id}/similar`, for who may read complaints; and for the case's page."""
    routes, collection = APIRouter(tags=["staff"]), wiring.database["investigation"]
    key = wiring.settings.token_key.get_secret_value()

    async def similar(request: Request, case: str) -> list[Similar]:
        principal(request, key, datetime.now(UTC)).require(READERS)
        return await alike(collection, await case_of(wiring.doors["investigation"], case))

    async def shown(request: Request, case: str) -> Response:
        if member(request, key, READERS, datetime.now(UTC)) is None:
            return ask(f"/cases/{case}")
        template = "_similar" if "hx-request" in request.headers else "similar"
        return page(_templates, template, found=await similar(request, case), case=case)

    routes.add_api_route("/v1/cases/{case}/similar", similar)
    routes.add_api_route("/staff/investigation/similar/{case}", shown, include_in_schema=False)
    return routes


async def alike(collection: Any, complaint: str) -> list[Similar]:
    """The cases that share most first, MOST_FOUND at most; each look goes by an index.

    Raises ProblemError 404 where there is no such case, TransientError while MongoDB is away.
    """
    with away():
        own = await collection.find_one({"_id": complaint}, FIELDS)
    if own is None:
        raise ProblemError(404, "not_found")
    looks = list(_looks(own["state"]))
    rows: dict[str, Any] = {}
    for look in looks:
        with away():
            found = collection.find({**look, "_id": {"$ne": complaint}}, FIELDS).limit(MOST_FOUND)
            rows |= {row["_id"]: row for row in await found.to_list(None)}
    every = [_similar(row, own["state"]) for row in rows.values()]
    every.sort(key=lambda one: (-len(one.shares), one.complaint_id))
    return every[:MOST_FOUND]


def _looks(state: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for name in ("txid", "address"):
        if value := state["claim"].get(name):
            yield {f"state.claim.{name}": value}
    if marks := state.get("marks"):
        yield {"state.marks": {"$in": marks}}


def _similar(row: Mapping[str, Any], own: Mapping[str, Any]) -> Similar:
    state = row["state"]
    claim, level = state["claim"], max(state["level"], 1)
    same = [name for name in ("txid", "address") if own["claim"].get(name) == claim.get(name)]
    common = set(own.get("marks", ())).intersection(state.get("marks", ()))
    return Similar(
        complaint_id=row["_id"],
        reference=reference_of(row["_id"]),
        shares=(*(name for name in same if claim.get(name)), *sorted({*map(kind_of, common)})),
        category=state["category"],
        received_at=claim.get("received_at"),
        over=state["ended"] >= level,
    )
