"""What came with a complaint, handed out again: files as downloads, originals to one role only."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from services.intake.attachments.intake import Kept, Kind
from services.intake.files import Files
from services.intake.rights import Rights, bearer, complaint_named, not_found
from services.intake.state import IntakeState
from shared.events.intake import OriginalRequested
from shared.http.rate import Rate
from shared.http.tokens import PRIVACY, verify
from shared.runner.door import Door
from shared.runner.wiring import Wiring

READS_PER_S, READS_AT_ONCE = 20, 100
# Nothing that a customer sent is ever shown by a browser as part of our origin.
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}
_DIGEST = re.compile(r"[0-9a-f]{64}")
_BYTES = "application/octet-stream"
_TOKEN = re.compile(r"[A-Za-z0-9._-]")


def router(wiring: Wiring) -> APIRouter:
    """The routes."""
    files = Files(wiring.database, wiring.keyring)
    key = wiring.settings.token_key.get_secret_value()
    return Downloads(wiring.doors["intake"], key, files).routes()


@dataclass(frozen=True)
class Downloads:
    """Reads files back; `key` signs the tokens."""

    door: Door
    key: str
    files: Kept
    rate: Rate = field(default_factory=lambda: Rate(READS_PER_S, READS_AT_ONCE))

    def routes(self) -> APIRouter:
        """One route for files, one for originals."""
        routes = APIRouter(tags=["complaints"])
        place = "/v1/complaints/{case}"
        routes.add_api_route(f"{place}/attachments/{{sha256}}", self.attachment, name="attachment")
        routes.add_api_route(f"{place}/raw/{{sha256}}", self.original, name="original")
        return routes

    async def attachment(self, request: Request, case: str, sha256: str) -> Response:
        """Hand out a file that is clean, to whoever may follow up on its complaint.

        So may the role `privacy`, for the copy that a person asked for: that one is on record.
        """
        self.rate.count(request)
        complaint = await self._readable(request, case)
        state = cast("IntakeState | None", await self.door.state(complaint))
        files = state.attachments if state else ()
        clean = [file for file in files if (file.sha256, file.status) == (sha256, "clean")]
        content = await self._read(complaint, sha256, "attachment") if clean else None
        if content is None:
            raise not_found()
        file = clean[-1]
        return Response(content, headers=_headers(file.name.text), media_type=file.media_type)

    async def _readable(self, request: Request, case: str) -> str:
        now, token = datetime.now(UTC), request.query_params.get("token")
        who = bearer(request, self.key, now) if token is None else None
        if who and PRIVACY in who.roles and (found := await complaint_named(self.door.store, case)):
            return found
        return (await Rights(self.door, self.key).of(request, case, now)).complaint

    async def original(self, request: Request, case: str, sha256: str) -> Response:
        """Hand out a message as it came, to the role `privacy`, and write down who read it."""
        self.rate.count(request)
        principal = verify(self.key, request.headers.get("authorization"), datetime.now(UTC))
        principal.require({PRIVACY})
        complaint = await complaint_named(self.door.store, case)
        content = await self._read(complaint, sha256, "raw") if complaint else None
        if complaint is None or content is None:
            raise not_found()
        # Written down first: what cannot be written down is not handed out.
        data = OriginalRequested(raw=sha256, staff=principal.subject)
        await self.door.accept(data, complaint=complaint, actor=f"staff:{principal.subject}")
        return Response(content, headers=_headers("original.bin"), media_type=_BYTES)

    async def _read(self, complaint: str, sha256: str, kind: Kind) -> bytes | None:
        if not _DIGEST.fullmatch(sha256):
            return None
        return await self.files.read(complaint, sha256, kind)


def _headers(name: str) -> dict[str, str]:
    """A download under its name, in both spellings (RFC 6266, 5); never shown in place."""
    plain = "".join(sign if _TOKEN.fullmatch(sign) else "_" for sign in name)
    spelled = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return {**SAFE, "Content-Disposition": spelled}
