"""The judgement on one file: what it is, what it is called, and what is wrong with it. Pure."""

from __future__ import annotations

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
    """A file as it is kept: without metadata; `fault` is a code, None where nothing is wrong."""

    name: str
    content: bytes
    media_type: str
    fault: str | None = None


def judge(file: File) -> Judged:
    """What the content says; the name is held against it, and never believed."""
    found = type_of(file.content)
    name = display_name(file.name, found)
    fault = _fault(file, found)
    if fault or found is None:
        return Judged(name, file.content, found.media_type if found else UNKNOWN, fault)
    try:
        content = strip(found.media_type, file.content)
    except ValueError:
        return Judged(name, file.content, found.media_type, "broken_image")
    return Judged(name, content, found.media_type)


def _fault(file: File, found: Type | None) -> str | None:
    if not file.content:
        return "empty"
    if len(file.content) > allowed().limits.file_bytes:
        return "too_large"
    if found is None:
        return "type_not_allowed"
    promised = allowed().kind(extension_of(file.name))
    return "name_differs" if promised not in (None, found.kind) else None
