"""Errors as problem+json (RFC 9457) with a stable `slug`; input is never echoed."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pymongo.errors import PyMongoError
from starlette.exceptions import HTTPException


class ProblemError(Exception):
    """A request that is answered with a problem."""

    def __init__(self, status: int, slug: str, detail: str) -> None:
        super().__init__(slug)
        self.status = status
        self.slug = slug
        self.detail = detail


def problem(
    status: int, slug: str, detail: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """The answer to a request that failed."""
    content = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "slug": slug,
    }
    return JSONResponse(content, status, headers, media_type="application/problem+json")


def answer_problems(app: FastAPI) -> None:
    """Give every error of the app the one shape."""

    @app.exception_handler(ProblemError)
    async def on_problem(_: Request, error: ProblemError) -> JSONResponse:
        return problem(error.status, error.slug, error.detail)

    @app.exception_handler(RequestValidationError)
    async def on_invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        # An unknown field's name is the caller's own text.
        known = {
            str(fault["loc"][1])
            for fault in error.errors()
            if len(fault["loc"]) > 1 and fault["type"] != "extra_forbidden"
        }
        return problem(422, "invalid_request", f"invalid: {', '.join(sorted(known)) or 'the body'}")

    @app.exception_handler(HTTPException)
    async def on_http(_: Request, error: HTTPException) -> JSONResponse:
        phrase = HTTPStatus(error.status_code).phrase
        slug = phrase.lower().replace(" ", "_")
        return problem(error.status_code, slug, phrase, error.headers)

    @app.exception_handler(PyMongoError)
    async def on_database(_: Request, __: PyMongoError) -> JSONResponse:
        return problem(503, "database_away", "try again later", {"Retry-After": "1"})
