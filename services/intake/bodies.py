"""What a request brought: a form as JSON, or as multipart with files beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Generic

from fastapi import Request

from services.intake.attachments import Attachments
from services.intake.attachments.room import refused
from services.intake.attachments.types import allowed
from services.intake.forms import F, parse
from services.intake.rights import not_found
from shared.errors import KeyMissingError
from shared.events.base import Attachment
from shared.http.body import read_json
from shared.http.errors import ProblemError
from shared.http.multipart import is_multipart, posted
from shared.http.uploads import Posted, Upload
from shared.runner.keys import Keyring

FILES = "attachments"
_STATUS = {
    "empty": 422,
    "broken_image": 422,
    "too_large": 413,
    "type_not_allowed": 415,
    "name_differs": 415,
}


@dataclass(frozen=True)
class Body(Generic[F]):
    """A form and its files; `hashes` are those of the files as they came."""

    form: F
    files: tuple[Upload, ...] = ()

    @property
    def hashes(self) -> tuple[str, ...]:
        """What makes the same form with other files another request."""
        return tuple(file.sha256 for file in self.files)


@asynccontextmanager
async def read_body(request: Request, form: type[F], now: datetime) -> AsyncIterator[Body[F]]:
    """The body, until its files are forgotten. Raises ProblemError 400, 408, 413, 415 or 422."""
    if not (form.takes_files and is_multipart(request)):
        yield Body(parse(form, await read_json(request), now))
        return
    async with posted(request, allowed().limits.form) as found:
        yield Body(parse(form, _fields(found), now), tuple(found.files))


def _fields(found: Posted) -> dict[str, str]:
    """A page sends each of its fields; one that was left empty says nothing."""
    if any(file.input != FILES for file in found.files):
        errors = [{"field": "(file)", "rule": "extra_forbidden"}]
        raise ProblemError(422, "invalid_request", errors=errors)
    return {name: text for name, text in found.fields.items() if text}


def check_room(held: Sequence[Attachment], files: Sequence[Upload]) -> None:
    """Refuse what a complaint has no more room for. Raises ProblemError 413."""
    if fault := refused(held, [(file.sha256, file.size) for file in files]) if files else None:
        raise ProblemError(413, fault)


async def attach(
    attachments: Attachments, complaint: str, files: Sequence[Upload], keyring: Keyring | None
) -> tuple[Attachment, ...]:
    """Keep the files of a complaint; with `keyring` it is a new one, whose key is made first.

    With a fault in any of them nothing is kept. Raises ProblemError 404, 413, 415 or 422,
    TransientError.
    """
    if not files:
        return ()
    if fault := await attachments.fault(files):
        raise ProblemError(_STATUS[fault], fault)
    if keyring:
        await keyring.create(complaint)
    try:
        return await attachments.take(complaint, files)
    except KeyMissingError as error:
        raise not_found() from error
