"""The form over HTTP: a page that needs no script, and the post that it makes."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.intake.attachments.types import allowed
from services.intake.complain import fields
from services.intake.desk import Desk, Incoming, Receipt, desk
from services.intake.forms import Submission
from shared.errors import TransientError
from shared.http.errors import ProblemError
from shared.http.forms import read_form
from shared.http.multipart import is_multipart, posted
from shared.http.rate import Rate
from shared.http.tokens import complaint_of, status_token
from shared.http.uploads import Posted
from shared.pages import html
from shared.policy import VerificationPolicy
from shared.reference import reference_of
from shared.runner.wiring import Wiring

PLACE = "/complain"
POSTS_PER_S, POSTS_AT_ONCE = 20, 200  # people; the gate also lets programs in, and those send more
MIB = 1 << 20
MOST_FIELDS = 60
WHY = {413: "too_large", 429: "too_often", 503: "away"}
_templates = html.environment("services.intake.complain", "templates")


def router(wiring: Wiring) -> APIRouter:
    """The routes of the form."""
    key = wiring.settings.token_key.get_secret_value()
    page, routes = FormPage(desk(wiring), wiring.policy.verification, key), APIRouter()
    routes.include_in_schema = False
    routes.add_api_route(PLACE, page.show)
    routes.add_api_route(PLACE, page.submit, methods=["POST"])
    routes.add_api_route(f"{PLACE}/sent/{{token}}", page.sent)
    return routes


@dataclass(frozen=True)
class FormPage:
    """The form before the desk; `key` signs the status links."""

    desk: Desk
    policy: VerificationPolicy
    key: str
    rate: Rate = field(default_factory=lambda: Rate(POSTS_PER_S, POSTS_AT_ONCE))

    async def show(self, request: Request, category: str = "") -> Response:
        """The empty form; a link may choose the category."""
        return self._form(request, fields.values_of({"category": category}), {}, 200)

    async def submit(self, request: Request) -> Response:
        """Receive a complaint, or show the form again with what is wrong in it."""
        try:
            html.own_form(request)
            self.rate.count(request)
            async with _read(request) as form:
                return await self._submitted(request, form)
        except ProblemError as error:
            return self._refused(request, error.status_code, error.headers)
        except TransientError:
            return self._refused(request, 503, {"Retry-After": "2"})

    async def sent(self, request: Request, token: str, masked: bool = False) -> Response:
        """The reference and the way to the status page. Raises ProblemError 404."""
        complaint = complaint_of(self.key, token)
        if complaint is None:
            raise ProblemError(404, "not_found")
        reference = reference_of(complaint)
        here = f"{PLACE}/sent/{token}"
        return _page("sent", request, 200, here, reference=reference, token=token, masked=masked)

    async def _submitted(self, request: Request, form: Posted) -> Response:
        now, values = datetime.now(UTC), fields.values_of(form.fields)
        try:
            complaint = fields.submission(values, html.wished(request), now)
        except ProblemError as error:
            return self._form(request, values, fields.faults(error.errors), 422)
        if await self.desk.attachments.fault(form.files):
            return self._form(request, values, {"files": "files"}, 422)
        receipt = await self._receive(complaint, values, form, now)
        masked = "&masked=true" if receipt.masked else ""
        token = status_token(self.key, receipt.complaint)
        address = f"{PLACE}/sent/{token}?lang={html.wished(request)}{masked}"
        return RedirectResponse(address, 303, html.HEADERS)

    async def _receive(
        self, complaint: Submission, values: Mapping[str, str], form: Posted, now: datetime
    ) -> Receipt:
        hashes = [file.sha256 for file in form.files]
        form_id = form.fields.get("form_id") or secrets.token_urlsafe()
        message = Incoming(
            channel=complaint.channel,
            account="form",
            external_id=fields.name_of(form_id, values, hashes),
            raw=json.dumps(dict(values), ensure_ascii=False).encode(),
            subject=complaint.subject,
            text=complaint.description,
            received_at=now,
            contact=complaint.contact_email,
            language=complaint.language,
            files=tuple(form.files),
            supplied=fields.supplied(complaint),
        )
        return await self.desk.receive(message)

    def _form(
        self, request: Request, values: Mapping[str, str], faults: Mapping[str, str], status: int
    ) -> Response:
        return _page(
            "complain",
            request,
            status,
            PLACE,
            values=values,
            faults=faults,
            facts=fields.FACTS,
            needs=fields.needs(self.policy),
            form_id=secrets.token_urlsafe(),
            limits=_limits(),
        )

    def _refused(
        self, request: Request, status: int, headers: Mapping[str, str] | None
    ) -> Response:
        page = _page("refused", request, status, PLACE, why=WHY.get(status, "other"))
        page.headers.update(headers or {})
        return page


@asynccontextmanager
async def _read(request: Request) -> AsyncIterator[Posted]:
    """What was posted, with files or without. Raises ProblemError 400, 408, 413, 415, 422."""
    if is_multipart(request):
        async with posted(request, allowed().limits.form) as form:
            yield form
        return
    if request.headers.get("content-type", "").split(";")[0] != "application/x-www-form-urlencoded":
        raise ProblemError(415, "no_form")
    found: Sequence[tuple[str, Any]] = (await read_form(request, MOST_FIELDS)).multi_items()
    yield Posted({name: str(value) for name, value in found})


def _limits() -> dict[str, int]:
    most = allowed().limits
    sizes = {"file_mib": most.file_bytes // MIB, "all_mib": most.all_bytes // MIB}
    return {"files": most.files, **sizes}


def _page(template: str, request: Request, status: int, here: str, **values: Any) -> Response:
    frame = html.framed(request, "services.intake.complain", "words", here)
    return html.page(_templates, template, status, **frame, **values)
