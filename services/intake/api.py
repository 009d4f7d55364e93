"""Intake over HTTP: complaints and follow-ups come in here, and only here."""

import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse

from services.intake.followups import FOLLOW_UPS, FollowUp
from services.intake.forms import Form, Submission, parse
from services.intake.requests import Identity, identify, key_of
from services.intake.rights import (
    MongoReferences,
    References,
    Right,
    Rights,
    actor_of,
    bearer,
    named,
)
from shared.events.base import Input, Lane, Refused
from shared.events.intake import ComplaintSubmitted, MessageSubmitted
from shared.http.body import read_json
from shared.http.errors import ProblemError
from shared.http.rate import Rate
from shared.http.tokens import status_token
from shared.rules.first_screen import funds_in_danger
from shared.runner import door as doors
from shared.runner.app import Wiring

COMPLAINTS = "/v1/complaints"
CALLS_PER_S, CALLS_AT_ONCE = 1000, 5000
PUBLIC = "public"


def router(wiring: Wiring) -> APIRouter:
    """The routes of intake."""
    settings = wiring.settings
    reception = Reception(
        wiring.doors["intake"],
        MongoReferences(wiring.database),
        settings.token_key.get_secret_value(),
        settings.public_url.rstrip("/"),
    )
    return reception.routes()


@dataclass(frozen=True)
class Reception:
    """Intake's routes over one door; `key` signs the tokens, `public_url` is the one origin."""

    door: doors.Door
    references: References
    key: str
    public_url: str
    rate: Rate = field(default_factory=lambda: Rate(CALLS_PER_S, CALLS_AT_ONCE))

    def routes(self) -> APIRouter:
        """One route for complaints, one for each follow-up, and the way to the customer's view."""
        routes = APIRouter(tags=["complaints"])
        routes.add_api_route(
            COMPLAINTS,
            self.submit,
            methods=["POST"],
            status_code=202,
            openapi_extra=_documented(Submission),
        )
        for kind in FOLLOW_UPS:
            routes.add_api_route(
                f"{COMPLAINTS}/{{case}}/{kind.name}",
                self._endpoint(kind),
                methods=["POST"],
                status_code=202,
                name=kind.name,
                openapi_extra=_documented(kind.form),
            )
        routes.add_api_route(f"{COMPLAINTS}/{{case}}", self.view, status_code=307)
        return routes

    async def submit(self, request: Request) -> JSONResponse:
        """Receive a complaint; a repeated one gets the answer it got before."""
        now = datetime.now(UTC)
        principal = bearer(request, self.key, now)
        scope = principal.subject if principal else PUBLIC
        self._count(request, scope)
        key = key_of(request)
        form = parse(Submission, await read_json(request), now)
        known = bool(form.contact_email or form.user_id or principal)
        identity = identify(self.key, (scope, COMPLAINTS, ""), form, key, known=known)
        complaint = str(uuid.uuid4())
        facts = form.facts(complaint, now)
        answer = {
            "complaint_id": complaint,
            "reference": facts.reference,
            "status_url": self._status_url(complaint),
            "received_at": now.isoformat().replace("+00:00", "Z"),
        }
        lane = _lane(f"{form.subject}\n{form.description}")
        right = Right(complaint, actor_of(principal))
        accepted = await self._accept(
            ComplaintSubmitted(facts=facts), right, lane, identity, answer
        )
        body = accepted.answer if accepted.replayed else answer
        return _accepted(body, accepted, {"Location": body["status_url"]})

    def _endpoint(self, kind: FollowUp) -> Callable[[Request, str], Awaitable[JSONResponse]]:
        async def endpoint(request: Request, case: str) -> JSONResponse:
            return await self.follow_up(kind, request, case)

        endpoint.__doc__ = kind.form.__doc__
        return endpoint

    async def follow_up(self, kind: FollowUp, request: Request, case: str) -> JSONResponse:
        """Receive a follow-up, also one that overtakes its complaint."""
        now = datetime.now(UTC)
        self._count(request, PUBLIC)
        right = await Rights(self.door, self.references, self.key).of(request, case, now)
        key = key_of(request)
        form = parse(kind.form, await read_json(request), now)
        data = kind.build(form, now)
        place = (right.actor, kind.name, right.complaint)
        identity = identify(self.key, place, form, key, known=True)
        await self._rehearse(data, right, identity)
        state = await self.door.state(right.complaint)
        lane = _lane(data.text.text) if isinstance(data, MessageSubmitted) else "normal"
        lane = state.lane if state and state.lane == "express" else lane
        accepted = await self._accept(data, right, lane, identity, {})
        return _accepted({"event_id": accepted.event_id}, accepted, {})

    async def view(self, request: Request, case: str) -> RedirectResponse:
        """The customer's view stands on the public origin."""
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{self.public_url}{COMPLAINTS}/{quote(named(case))}{query}", 307)

    async def _rehearse(self, data: Input, right: Right, identity: Identity | None) -> None:
        """Say at once what the stage would refuse, but let the same request come twice."""
        for event in await self.door.rehearse(right.complaint, data, right.actor):
            if not isinstance(event, Refused):
                continue
            if identity is None or await self.door.inputs.get(identity.id) is None:
                raise ProblemError(409, "refused", rule=event.rule)

    async def _accept(
        self,
        data: Input,
        right: Right,
        lane: Lane,
        identity: Identity | None,
        answer: dict[str, Any],
    ) -> doors.Accepted:
        same = None
        if identity:
            same = doors.Request(identity.id, identity.fingerprint, answer, identity.window)
        try:
            return await self.door.accept(
                data, complaint=right.complaint, actor=right.actor, lane=lane, request=same
            )
        except doors.KeyReusedError as error:
            raise ProblemError(422, error.slug) from error

    def _count(self, request: Request, scope: str) -> None:
        address = request.client.host if request.client else ""
        self.rate.check(address if scope == PUBLIC else scope, time.monotonic())

    def _status_url(self, complaint: str) -> str:
        token = status_token(self.key, complaint)
        return f"{self.public_url}{COMPLAINTS}/{complaint}?token={token}"


def _lane(text: str) -> Lane:
    return "express" if funds_in_danger(text) else "normal"


def _accepted(
    body: dict[str, Any], accepted: doors.Accepted, headers: dict[str, str]
) -> JSONResponse:
    if accepted.replayed:
        headers = {**headers, "Idempotency-Replayed": "true"}
    return JSONResponse(body, 202, headers)


def _documented(form: type[Form]) -> dict[str, Any]:
    """The body's schema for OpenAPI; the body itself is read within our own limits."""
    schema = form.model_json_schema(mode="validation")
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
