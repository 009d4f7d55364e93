"""What staff may ask: the next case for me; this one must not be mine."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from services.triage.rules.assign import PEOPLE, Person
from services.triage.taking.waiting import waiting
from shared.envelope import named_id
from shared.events.base import Refused
from shared.events.triage import ConflictSubmitted, LeaseSubmitted
from shared.http.errors import ProblemError
from shared.http.tokens import Principal, verify
from shared.reference import reference_of
from shared.runner.door import Door, KeyReusedError
from shared.runner.door import Request as Once
from shared.runner.staff import Command
from shared.runner.wiring import Wiring

MAY_TAKE = frozenset({"agent", "supervisor"})


class Conflict(BaseModel):
    """Why the person must not judge the case, as a code."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    reason: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,63}$", description="a code, no prose")]


def _conflict(body: Conflict, staff: Principal, _now: datetime) -> ConflictSubmitted:
    return ConflictSubmitted(staff=staff.subject, reason=body.reason)


COMMANDS = {"conflict": Command(Conflict, _conflict, MAY_TAKE)}


def router(wiring: Wiring) -> APIRouter:
    """`POST /v1/cases/next`: the case that waits most urgently for the caller's teams."""
    routes, key = APIRouter(tags=["staff"]), wiring.settings.token_key.get_secret_value()

    async def take(request: Request) -> JSONResponse:
        who = verify(key, request.headers.get("authorization"), datetime.now(UTC))
        who.require(MAY_TAKE)
        answer = await next_case(wiring.doors["triage"], wiring.database["triage"], who)
        return JSONResponse(answer, 202)

    routes.add_api_route("/v1/cases/next", take, methods=["POST"], status_code=202)
    return routes


async def next_case(door: Door, collection: Any, who: Principal) -> dict[str, str]:
    """Take a case; asked again before it was handled, the same one is answered.

    Raises ProblemError 404 where none waits, 422 where the caller is in no team.
    """
    person = next((p for p in PEOPLE if p.id == who.subject), None)
    if person is None:
        raise ProblemError(422, "refused", "The caller is in no team.", rule="unknown-assignee")
    for complaint in await waiting(collection, person):
        if event := await _taken(door, complaint, person, tuple(sorted(who.roles))):
            reference = reference_of(complaint)
            return {"complaint_id": complaint, "reference": reference, "event_id": event}
    raise ProblemError(404, "nothing_waits", "No case waits for your teams.")


async def _taken(door: Door, complaint: str, person: Person, roles: tuple[str, ...]) -> str | None:
    """The id of the command, or None where the case is not to be had any more."""
    state = await door.state(complaint)
    if state is None:
        return None
    data, actor = LeaseSubmitted(staff=person.id, roles=roles), f"staff:{person.id}"
    # Of two who ask at once for the case as it stands, one gets it.
    once = Once(named_id(complaint, f"lease|{state.sequence}"), person.id, {})
    try:
        if any(isinstance(e, Refused) for e in await door.rehearse(complaint, data, actor)):
            return None
        accepted = await door.accept(
            data, complaint=complaint, actor=actor, lane=state.lane, request=once
        )
    except (KeyReusedError, ProblemError):  # somebody else was quicker, or it was erased
        return None
    return accepted.event_id
