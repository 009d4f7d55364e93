"""Telephone calls, written down by staff: with the number, the notes and the caller's consent."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from fastapi import Request
from fastapi.responses import JSONResponse

from services.intake.answers import reuse_refused
from services.intake.channels.forms import Call
from services.intake.desk import Desk, Incoming
from services.intake.digests import keyed
from services.intake.forms import parse
from services.intake.requests import key_of
from services.intake.rights import STAFF, Rights, actor_of, bearer
from shared.channels import Place, thread_of
from shared.http.body import decode, read_bytes
from shared.http.errors import ProblemError
from shared.http.tokens import Principal
from shared.reference import reference_of

PHONE = "phone"


@dataclass(frozen=True)
class Calls:
    """The route of recorded calls; `key` signs the tokens of staff."""

    desk: Desk
    key: str

    async def record(self, request: Request) -> JSONResponse:
        """A call opens a complaint, or adds to the one that it names. Staff only: 401, 403.

        422 where its key came with another call.
        """
        now = datetime.now(UTC)
        who = self._staff(request, now)
        raw = await read_bytes(request)
        form = parse(Call, decode(raw), now)
        call = _incoming(form, who, key_of(request), now)
        follows = await self._follows(request, form, now)
        whole = replace(call, raw=raw, follows=follows, fingerprint=self._fingerprint(raw))
        with reuse_refused():
            receipt = await self.desk.receive(whole)
        body = {
            "complaint_id": receipt.complaint,
            "reference": reference_of(receipt.complaint),
            "received_at": receipt.received_at,
        }
        headers = {"Idempotency-Replayed": "true"} if receipt.replayed else {}
        return JSONResponse(body, 202, headers)

    def _fingerprint(self, raw: bytes) -> str:
        return keyed(self.key, b"call|" + raw).hex()

    def _staff(self, request: Request, now: datetime) -> Principal:
        who = bearer(request, self.key, now)
        if who is None:
            raise ProblemError(401, "unauthorized", headers={"WWW-Authenticate": "Bearer"})
        who.require(STAFF)
        return who

    async def _follows(self, request: Request, form: Call, now: datetime) -> str | None:
        if form.complaint is None:
            return None
        rights = Rights(self.desk.door, self.key)
        return (await rights.of(request, form.complaint, now)).complaint


def _incoming(form: Call, who: Principal, key: str | None, now: datetime) -> Incoming:
    return Incoming(
        channel=PHONE,
        account=who.subject,
        external_id=key or str(uuid.uuid4()),
        raw=b"",
        subject=form.title,
        text=form.text,
        received_at=form.called_at or now,
        contact=form.contact_email,
        thread=thread_of(Place(PHONE, form.number)),
        language=form.language,
        supplied=form.supplied(),
        actor=actor_of(who),
    )
