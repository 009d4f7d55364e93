"""The pages' own files: vendored scripts, style sheet, icon. Nothing comes from elsewhere."""

import hashlib
from importlib.resources import files

from fastapi import APIRouter, Response

from shared.http.errors import ProblemError

MEDIA = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
A_YEAR = "public, max-age=31536000, immutable"

_FILES = {
    file.name: file.read_bytes()
    for file in (files("shared.pages") / "static").iterdir()
    if file.name.rpartition(".")[2] in MEDIA
}


def address_of(name: str) -> str:
    """The address of a file; it changes with the content, so that browsers may keep it."""
    return f"/static/{name}?v={hashlib.sha256(_FILES[name]).hexdigest()[:12]}"


def router() -> APIRouter:
    """The route of the files."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/static/{name}")
    async def static(name: str) -> Response:
        content = _FILES.get(name)
        if content is None:
            raise ProblemError(404, "not_found")
        headers = {"Cache-Control": A_YEAR, "X-Content-Type-Options": "nosniff"}
        return Response(content, media_type=MEDIA[name.rpartition(".")[2]], headers=headers)

    return routes
