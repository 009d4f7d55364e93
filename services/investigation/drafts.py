"""`GET /v1/cases/{id}/drafts`: requests to venues and the police, for a person to send."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from fastapi import APIRouter, Request, Response

from services.investigation.rules.tracing import drafts
from services.investigation.state import InvestigationState
from shared.http.errors import ProblemError
from shared.pages.html import environment, page
from shared.pages.staff import ask, member, principal
from shared.reference import reference_of
from shared.runner.staff import case_of

if TYPE_CHECKING:
    from shared.runner.wiring import Wiring

SENDERS = frozenset({"agent", "supervisor", "director"})
_templates = environment("services.investigation", "templates")


def router(wiring: Wiring) -> APIRouter:
    """The drafts as JSON, and as a page of the case; for who works on cases."""
    routes, door = APIRouter(tags=["staff"]), wiring.doors["investigation"]
    key = wiring.settings.token_key.get_secret_value()

    async def drafted(request: Request, case: str) -> list[dict[str, Any]]:
        """Empty where no takeover was confirmed, or nothing left on a chain."""
        principal(request, key, datetime.now(UTC)).require(SENDERS)
        complaint = await case_of(door, case)
        state = await door.state(complaint)
        if state is None:
            raise ProblemError(404, "not_found")
        found = drafts(cast("InvestigationState", state), reference_of(complaint))
        return [asdict(draft) for draft in found]

    async def shown(request: Request, case: str) -> Response:
        if member(request, key, SENDERS, datetime.now(UTC)) is None:
            return ask(f"/cases/{case}")
        return page(_templates, "drafts", found=await drafted(request, case), case=case)

    routes.add_api_route("/v1/cases/{case}/drafts", drafted)
    routes.add_api_route("/staff/investigation/drafts/{case}", shown, include_in_schema=False)
    return routes
