"""What intake answers: accepted, accepted before, or refused since the key was used before."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi.responses import JSONResponse

from services.intake.bodies import FILES
from services.intake.forms import Form
from services.intake.requests import Identity
from shared.http.errors import ProblemError
from shared.http.multipart import MEDIA
from shared.runner.door import Accepted, KeyReusedError, Request


@contextmanager
def reuse_refused() -> Iterator[None]:
    """Answer a used key as a problem. Raises ProblemError 422."""
    try:
        yield
    except KeyReusedError as error:
        raise ProblemError(422, error.slug) from error


def same_request(identity: Identity | None, answer: dict[str, Any]) -> Request | None:
    """What makes the door know a repeated request; None where nothing does."""
    if identity is None:
        return None
    return Request(identity.id, identity.fingerprint, answer, identity.window)


def warnings(kinds: tuple[str, ...]) -> dict[str, Any]:
    """What the customer is told of secrets that were taken out."""
    return {"warnings": list(kinds)} if kinds else {}


def accepted(body: dict[str, Any], took: Accepted, headers: dict[str, str]) -> JSONResponse:
    """202, saying so where the same request came before."""
    if took.replayed:
        headers = {**headers, "Idempotency-Replayed": "true"}
    return JSONResponse(body, 202, headers)


def documented(form: type[Form]) -> dict[str, Any]:
    """The body's schema for OpenAPI; the body itself is read within our own limits."""
    schema = form.model_json_schema(mode="validation")
    content = {"application/json": {"schema": schema}}
    if form.takes_files:
        files = {"type": "array", "items": {"type": "string", "format": "binary"}}
        fields = {**schema["properties"], FILES: files}
        content[MEDIA] = {"schema": {**schema, "properties": fields}}
    return {"requestBody": {"required": True, "content": content}}
