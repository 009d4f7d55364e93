"""Intake: files that came with a complaint, and who read a message as it came."""

from typing import ClassVar, Literal

from shared.events.base import Event, Input, Result


class AttachmentScanned(Result):
    """What the scanner says of a file that it had not seen; `gone`: its bytes are erased.

    `unscannable`: it was asked, and will not say.
    """

    event_type: ClassVar[str] = "redress.attachment-scanned.v1"
    sha256: str
    verdict: Literal["clean", "malware", "unscannable", "gone"]


class OriginalRequested(Input):
    """Somebody with the right to it asks for a message as it came, secrets and all."""

    event_type: ClassVar[str] = "redress.original-requested.v1"
    raw: str
    staff: str


class AttachmentExamined(Event):
    """A file that had waited for the scanner may be handed out, or never."""

    event_type: ClassVar[str] = "redress.attachment-examined.v1"
    sha256: str
    status: Literal["clean", "quarantined"]
    reason: str | None = None


class OriginalRead(Event):
    """A message was read as it came; `raw` is its hash, `staff` who read it."""

    event_type: ClassVar[str] = "redress.original-read.v1"
    raw: str
    staff: str
