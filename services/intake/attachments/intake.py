"""Attachments on their way in: judged by content, kept by hash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.intake.files import Files
from shared.events.base import Attachment
from shared.events.personal import Personal


@dataclass(frozen=True, slots=True)
class File:
    """A file as a channel brought it; the name is the sender's."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Attachments:
    """Takes files in; whatever is doubtful is kept, but never handed out."""

    files: Files

    async def take(self, complaint: str, files: Sequence[File]) -> tuple[Attachment, ...]:
        """Keep each file and say what it is. Raises TransientError."""
        return tuple([await self._take(complaint, file) for file in files])

    async def _take(self, complaint: str, file: File) -> Attachment:
        digest = await self.files.keep(complaint, file.content, "attachment")
        return Attachment(
            sha256=digest,
            name=Personal(file.name),
            media_type="application/octet-stream",
            size=len(file.content),
            status="quarantined",
            reason="not_scanned",
        )
