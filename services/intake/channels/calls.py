"""Telephone calls, written down by staff: with the number, the notes and the caller's consent."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import Request
from fastapi.responses import JSONResponse

from services.intake.answers import reuse_refused
from services.intake.channels.forms import Call
from services.intake.desk import Desk, Incoming, Receipt
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
class Written:
    """A call as it was written down: what was sent, and the key that makes it one."""

    form: Call
    raw: bytes
    key: str | None
    who: Principal


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
        call = Written(parse(Call, decode(raw), now), raw, key_of(request), who)
        receipt = await self.take(call, now)
        body = {
            "complaint_id": receipt.complaint,
            "reference": reference_of(receipt.complaint),
            "received_at": receipt.received_at,
        }
        headers = {"Idempotency-Replayed": "true"} if receipt.replayed else {}
        return JSONResponse(body, 202, headers)

    async def take(self, call: Written, now: datetime) -> Receipt:
        """Receive a call. Raises ProblemError 404 or 422, TransientError."""
        follows = await self._follows(call)
        fingerprint = keyed(self.key, b"call|" + call.raw).hex()
        with reuse_refused():
            return await self.desk.receive(_incoming(call, follows, fingerprint, now))

    def _staff(self, request: Request, now: datetime) -> Principal:
        who = bearer(request, self.key, now)
        if who is None:
            raise ProblemError(401, "unauthorized", headers={"WWW-Authenticate": "Bearer"})
        who.require(STAFF)
        return who

    async def _follows(self, call: Written) -> str | None:
        if call.form.complaint is None:
            return None
        rights = Rights(self.desk.door, self.key)
        return (await rights.of_principal(call.who, call.form.complaint)).complaint


def _incoming(call: Written, follows: str | None, fingerprint: str, now: datetime) -> Incoming:
    form = call.form
    return Incoming(
        channel=PHONE,
        account=call.who.subject,
        external_id=call.key or str(uuid.uuid4()),
        raw=call.raw,
        subject=form.title,
        text=form.text,
        received_at=form.called_at or now,
        contact=form.contact_email,
        thread=thread_of(Place(PHONE, form.number)),
        language=form.language,
        supplied=form.supplied(),
        follows=follows,
        actor=actor_of(call.who),
        fingerprint=fingerprint,
    )
