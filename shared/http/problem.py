"""Every failure of an app in the one shape of RFC 9457."""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from shared.errors import TransientError, UsageError
from shared.http.errors import MEDIA_TYPE, SCHEMA, ProblemError, answer
from shared.http.limits import Limits

RETRY_AFTER_S = 2
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_.\-]{1,64}")


def install(app: FastAPI) -> None:
    """Guard an app before its routes are added, and describe problems to programs."""
    guard(app)
    app.router.responses["default"] = {
        "description": "A problem (RFC 9457)",
        "content": {MEDIA_TYPE: {"schema": SCHEMA}},
    }


def guard(app: Starlette) -> None:
    """Give an app the border every service has: limits outside, problems for every failure."""
    app.add_middleware(Limits)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(TransientError, _on_away)
    app.add_exception_handler(UsageError, _on_usage)
    app.add_exception_handler(ClientDisconnect, _on_gone)
    app.add_exception_handler(Exception, _on_fault)


def faults(errors: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The fields at fault in a pydantic error, by name and rule; never their values."""
    return [{"field": _name(e["loc"]), "rule": str(e["type"])} for e in errors]


def _name(loc: Sequence[int | str]) -> str:
    """A field's name; one that the caller made up is shown only where it is plain."""
    name = ".".join(str(part) for part in loc)
    return name if _PLAIN_NAME.fullmatch(name) else "(unprintable)"


async def on_http(_: Request, error: Exception) -> Response:
    """The problem of an HTTP error, without its words where it is not one of ours."""
    if isinstance(error, ProblemError):
        return answer(error)
    status = getattr(error, "status_code", 500)
    slug = re.sub(r"\W+", "_", HTTPStatus(status).phrase.lower())
    return answer(ProblemError(status, slug, headers=getattr(error, "headers", None)))


async def _on_invalid(_: Request, error: Exception) -> Response:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    return answer(ProblemError(422, "invalid_request", errors=faults(found)))


async def _on_away(_: Request, __: Exception) -> Response:
    headers = {"Retry-After": str(RETRY_AFTER_S)}
    return answer(ProblemError(503, "try_again", "Nothing was stored.", headers=headers))


async def _on_usage(_: Request, __: Exception) -> Response:
    return answer(ProblemError(422, "cannot_be_done"))


async def _on_gone(_: Request, __: Exception) -> Response:
    """Nobody is left to read it; without an answer the server would log a fault of ours."""
    return answer(ProblemError(400, "client_gone"))


async def _on_fault(_: Request, __: Exception) -> Response:
    return answer(ProblemError(500, "fault"))
