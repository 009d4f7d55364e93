"""The judgement on one file: what it is, what it is called, and what is wrong with it. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from services.intake.attachments.metadata import strip
from services.intake.attachments.names import display_name, extension_of
from services.intake.attachments.types import Type, allowed, type_of

UNKNOWN = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class File:
    """A file as a channel brought it; the name is the sender's."""

    name: str
    content: bytes

    @property
    def size(self) -> int:
        """Its bytes."""
        return len(self.content)


@dataclass(frozen=True, slots=True)
class Judged:
    """A file as it is kept: without metadata; `fault` is a code, None where nothing is wrong.

    `sha256` is of the content, `came` of the bytes as they came.
    """

    name: str
    content: bytes
    media_type: str
    sha256: str
    came: str
    fault: str | None = None


def judge(file: File) -> Judged:
    """What the content says; the name is held against it, and never believed."""
    found = type_of(file.content)
    fault, content = _fault(file, found), file.content
    if found and not fault:
        try:
            content = strip(found.media_type, content)
        except ValueError:
            fault = "broken_image"
    came = kept = hashlib.sha256(file.content).hexdigest()
    if content != file.content:
        kept = hashlib.sha256(content).hexdigest()
    media_type = found.media_type if found else UNKNOWN
    return Judged(display_name(file.name, found), content, media_type, kept, came, fault)


def _fault(file: File, found: Type | None) -> str | None:
    if not file.content:
        return "empty"
    if len(file.content) > allowed().limits.file_bytes:
        return "too_large"
    if found is None:
        return "type_not_allowed"
    promised = allowed().kind(extension_of(file.name))
    return "name_differs" if promised not in (None, found.kind) else None
