"""The page on which staff write a telephone call down: no script, the rules of the JSON route."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.intake.channels.calls import Calls, Written
from services.intake.channels.forms import FACTS, Call
from services.intake.complain.fields import code_of, in_utc
from services.intake.desk import Receipt, desk
from services.intake.forms import parse
from services.intake.rights import STAFF
from shared import reference
from shared.errors import TransientError
from shared.http.errors import ProblemError
from shared.http.forms import read_form
from shared.http.tokens import Principal
from shared.pages import html, staff
from shared.runner.wiring import Wiring

WORDS = ("number", "notes", "subject", "complaint", "language", "contact_email")
TIMES = ("called_at", "consent_at")
FIELDS = (*WORDS, *TIMES, "consent", *FACTS)
SAID = {"yes": True, "no": False}
WHOLE = "form"  # a fault of no single field
_FORM_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_templates = html.environment("services.intake.channels", "templates")


def router(wiring: Wiring) -> APIRouter:
    """The routes of the page."""
    key = wiring.settings.token_key.get_secret_value()
    page, routes = CallPage(Calls(desk(wiring), key), key), APIRouter()
    routes.include_in_schema = False
    routes.add_api_route(staff.CALLS, page.show)
    routes.add_api_route(staff.CALLS, page.record, methods=["POST"])
    return routes


@dataclass(frozen=True)
class CallPage:
    """The page before the route's own logic; `key` signs the tokens of staff."""

    calls: Calls
    key: str

    async def show(self, request: Request, recorded: str = "", masked: bool = False) -> Response:
        """The empty form, and the reference of the call before; the sign-in for all others."""
        who = self._who(request)
        if who is None:
            return staff.ask(staff.CALLS)
        return _form(who, 200, recorded=reference.parse(recorded), masked=masked)

    async def record(self, request: Request) -> Response:
        """Record a call, or show the form again with what is wrong. Raises ProblemError 403."""
        html.own_form(request)
        who = self._who(request)
        if who is None:
            return staff.ask(staff.CALLS)
        given = {name: str(value).strip() for name, value in (await read_form(request, 40)).items()}
        try:
            receipt = await self._take(given, who)
        except ProblemError as error:
            return _form(who, error.status_code, given, _faults(error))
        except TransientError:
            return _form(who, 503, given, {WHOLE: "away"})
        return RedirectResponse(_recorded(receipt), 303, html.HEADERS)

    async def _take(self, given: Mapping[str, str], who: Principal) -> Receipt:
        now, content = datetime.now(UTC), _content(given)
        raw = json.dumps(content, ensure_ascii=False).encode()
        form = parse(Call, content, now)
        return await self.calls.take(Written(form, raw, f"page-{_form_id(given)}", who), now)

    def _who(self, request: Request) -> Principal | None:
        return staff.member(request, self.key, STAFF, datetime.now(UTC))


def _content(given: Mapping[str, str]) -> dict[str, Any]:
    """The call in the shape of the JSON route; what was left empty is left out."""
    filled: dict[str, Any] = {name: given[name] for name in FIELDS if given.get(name)}
    times = {name: in_utc(filled[name]) for name in TIMES if name in filled}
    said = {"consent": SAID[given["consent"]]} if given.get("consent") in SAID else {}
    return {**filled, **times, **said}


def _faults(error: ProblemError) -> dict[str, str]:
    if error.status_code == 404:  # noqa: PLR2004 - the only thing looked up is the complaint
        return {"complaint": "unknown"}
    found = {fault["field"]: code_of(fault["rule"]) for fault in error.errors}
    return found or {WHOLE: "used"}


def _form_id(given: Mapping[str, str]) -> str:
    own = given.get("form_id", "")
    return own if _FORM_ID.fullmatch(own) else secrets.token_urlsafe()


def _recorded(receipt: Receipt) -> str:
    masked = "&masked=true" if receipt.masked else ""
    return f"{staff.CALLS}?recorded={reference.reference_of(receipt.complaint)}{masked}"


def _form(
    who: Principal,
    status: int,
    given: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    **told: Any,
) -> Response:
    filled = given or {}
    values = {name: filled.get(name, "") for name in FIELDS}
    more = {"recorded": None, "masked": False, **told}
    return html.page(
        _templates,
        "calls",
        status,
        reader=who,
        values=values,
        faults=faults or {},
        form_id=_form_id(filled),
        **more,
    )
