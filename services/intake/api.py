"""Intake over HTTP: complaints and follow-ups come in here, and only here."""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse

from services.intake import answers
from services.intake.attachments import Attachments
from services.intake.attachments.wired import attachments
from services.intake.bodies import Body, attach, check_room, read_body
from services.intake.followups import FOLLOW_UPS, FollowUp
from services.intake.forms import Submission
from services.intake.masking import masked
from services.intake.requests import Identity, identify, key_of
from services.intake.rights import Right, Rights, actor_of, bearer, named
from services.intake.state import IntakeState
from shared.events.base import Input, Lane, Refused
from shared.events.intake import ComplaintSubmitted, MessageSubmitted
from shared.http.errors import ProblemError
from shared.http.tokens import status_token
from shared.rules.first_screen import funds_in_danger
from shared.runner import door as doors
from shared.runner.app import Wiring

COMPLAINTS = "/v1/complaints"
PUBLIC = "public"


def router(wiring: Wiring) -> APIRouter:
    """The routes of intake."""
    settings = wiring.settings
    reception = Reception(
        wiring.doors["intake"],
        settings.token_key.get_secret_value(),
        settings.public_url.rstrip("/"),
        wiring.one(attachments),
    )
    return reception.routes()


@dataclass(frozen=True)
class Reception:
    """Intake's routes over one door; `key` signs the tokens, `public_url` is the one origin."""

    door: doors.Door
    key: str
    public_url: str
    attachments: Attachments

    def routes(self) -> APIRouter:
        """One route for complaints, one for each follow-up, and the way to the customer's view."""
        routes = APIRouter(tags=["complaints"])
        routes.add_api_route(
            COMPLAINTS,
            self.submit,
            methods=["POST"],
            status_code=202,
            openapi_extra=answers.documented(Submission),
        )
        for kind in FOLLOW_UPS:
            routes.add_api_route(
                f"{COMPLAINTS}/{{case}}/{kind.name}",
                self._endpoint(kind),
                methods=["POST"],
                status_code=202,
                name=kind.name,
                openapi_extra=answers.documented(kind.form),
            )
        routes.add_api_route(f"{COMPLAINTS}/{{case}}", self.view, status_code=307)
        return routes

    async def submit(self, request: Request) -> JSONResponse:
        """Receive a complaint; a repeated one gets the answer it got before."""
        now = datetime.now(UTC)
        principal = bearer(request, self.key, now)
        scope = principal.subject if principal else PUBLIC
        key = key_of(request)
        async with read_body(request, Submission, now) as body:
            known = bool(body.form.contact_email or body.form.user_id or principal)
            identity = identify(self.key, (scope, COMPLAINTS, ""), body, key, known=known)
            answer, accepted = await self._open(body, actor_of(principal), identity, now)
        return answers.accepted(answer, accepted, {"Location": answer["status_url"]})

    async def _open(
        self, body: Body[Submission], actor: str, identity: Identity | None, now: datetime
    ) -> tuple[dict[str, Any], doors.Accepted]:
        complaint = str(uuid.uuid4())
        form, kinds = masked(body.form)
        facts = form.facts(complaint, now)
        answer = {
            "complaint_id": complaint,
            "reference": facts.reference,
            "status_url": self._status_url(complaint),
            "received_at": now.isoformat().replace("+00:00", "Z"),
            **answers.warnings(kinds),
        }
        same = answers.same_request(identity, answer)
        accepted = await self._earlier(body, same)
        if accepted is None:
            files = await attach(self.attachments, complaint, body.files, self.door.keyring)
            raw = await self._original(complaint, body, kinds, new=True)
            update = {"attachments": files, "masked": kinds, "raw": raw}
            facts = facts.model_copy(update=update)
            lane = _lane(f"{form.subject}\n{form.description}")
            data = ComplaintSubmitted(facts=facts)
            accepted = await self._accept(data, Right(complaint, actor), lane, same)
        return (accepted.answer if accepted.replayed else answer), accepted

    def _endpoint(self, kind: FollowUp) -> Callable[[Request, str], Awaitable[JSONResponse]]:
        async def endpoint(request: Request, case: str) -> JSONResponse:
            return await self.follow_up(kind, request, case)

        endpoint.__doc__ = kind.form.__doc__
        return endpoint

    async def follow_up(self, kind: FollowUp, request: Request, case: str) -> JSONResponse:
        """Receive a follow-up, also one that overtakes its complaint."""
        now = datetime.now(UTC)
        right = await Rights(self.door, self.key).of(request, case, now)
        key = key_of(request)
        async with read_body(request, kind.form, now) as body:
            place = (right.actor, kind.name, right.complaint)
            identity = identify(self.key, place, body, key, known=True)
            accepted = await self._add(kind, body, right, identity, now)
        return answers.accepted({"event_id": accepted.event_id, **accepted.answer}, accepted, {})

    async def _add(
        self,
        kind: FollowUp,
        body: Body[Any],
        right: Right,
        identity: Identity | None,
        now: datetime,
    ) -> doors.Accepted:
        form, kinds = masked(body.form)
        data = kind.build(form, now)
        await self._rehearse(data, right, identity)
        same = answers.same_request(identity, answers.warnings(kinds))
        if earlier := await self._earlier(body, same):
            return earlier
        state = await self.door.state(right.complaint)
        lane = state.lane if state else "normal"
        if isinstance(data, MessageSubmitted):
            check_room(cast("IntakeState", state).attachments if state else (), body.files)
            files = await attach(self.attachments, right.complaint, body.files, None)
            raw = await self._original(right.complaint, body, kinds)
            update = {"attachments": files, "masked": kinds, "raw": raw}
            data = data.model_copy(update=update)
            lane = "express" if lane == "express" else _lane(data.text.text)
        return await self._accept(data, right, lane, same)

    async def _original(
        self, complaint: str, body: Body[Any], kinds: tuple[str, ...], *, new: bool = False
    ) -> str | None:
        """The hash of the words as they came, kept where secrets were taken out of them."""
        if not kinds:
            return None
        if new:
            await self.door.keyring.create(complaint)
        words = body.form.model_dump_json().encode()
        return await self.attachments.files.keep(complaint, words, "raw")

    async def _earlier(self, body: Body[Any], same: doors.Request | None) -> doors.Accepted | None:
        """What the same request got before; asked only where files would be kept for nothing."""
        with answers.reuse_refused():
            return await self.door.earlier(same) if body.files and same else None

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
        self, data: Input, right: Right, lane: Lane, same: doors.Request | None
    ) -> doors.Accepted:
        with answers.reuse_refused():
            return await self.door.accept(
                data, complaint=right.complaint, actor=right.actor, lane=lane, request=same
            )

    def _status_url(self, complaint: str) -> str:
        token = status_token(self.key, complaint)
        return f"{self.public_url}{COMPLAINTS}/{complaint}?token={token}"


def _lane(text: str) -> Lane:
    return "express" if funds_in_danger(text) else "normal"
