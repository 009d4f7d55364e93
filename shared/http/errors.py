"""What a request is answered with when it cannot be served: problem+json, input never echoed."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"

_TEXT = {"type": "string"}
_FAULT = {"type": "object", "properties": {"field": _TEXT, "rule": _TEXT}}
SCHEMA = {
    "title": "Problem",
    "type": "object",
    "required": ["type", "title", "status", "slug", "detail"],
    "properties": {
        **dict.fromkeys(("type", "title", "slug", "detail", "rule"), _TEXT),
        "status": {"type": "integer"},
        "errors": {"type": "array", "items": _FAULT},
    },
}


class ProblemError(HTTPException):
    """A request that is answered with a problem (RFC 9457); `slug` is its stable name.

    `errors` name the fields at fault, `rule` the code of a rule that the request broke.
    """

    def __init__(
        self,
        status: int,
        slug: str,
        detail: str = "",
        *,
        errors: Sequence[Mapping[str, str]] = (),
        rule: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, detail or HTTPStatus(status).phrase, headers)
        self.slug = slug
        self.errors = errors
        self.rule = rule


def answer(problem: ProblemError) -> JSONResponse:
    """The response of a problem."""
    content: dict[str, Any] = {
        "type": f"urn:redress:problem:{problem.slug}",
        "title": HTTPStatus(problem.status_code).phrase,
        "status": problem.status_code,
        "slug": problem.slug,
        "detail": problem.detail,
    }
    if problem.rule:
        content["rule"] = problem.rule
    if problem.errors:
        content["errors"] = list(problem.errors)
    return JSONResponse(content, problem.status_code, problem.headers, media_type=MEDIA_TYPE)
