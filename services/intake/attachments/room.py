"""How much more a complaint may bring: its limits hold for all its messages together. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from services.intake.attachments.types import allowed
from services.intake.attachments.waiting import TOO_MANY
from shared.events.base import Attachment

FILES, BYTES = "too_many_files", "files_too_large"


def within(held: Sequence[Attachment], new: Sequence[Attachment]) -> tuple[Attachment, ...]:
    """New files, those beyond the limits held back for good; the same bytes count once."""
    counted, found = _counted(held), []
    for file in new:
        more = {**counted, file.sha256: file.size}
        if fault(len(more), sum(more.values())):
            held_back = {"status": "quarantined", "reason": TOO_MANY}
            found.append(file.model_copy(update=held_back))
        else:
            counted = more
            found.append(file)
    return tuple(found)


def refused(held: Sequence[Attachment], new: Iterable[tuple[str, int]]) -> str | None:
    """The code of the limit that files (SHA-256, bytes) would break beside those held."""
    counted = {**_counted(held), **dict(new)}
    return fault(len(counted), sum(counted.values()))


def fault(files: int, size: int) -> str | None:
    """The code of the limit that so many files, and bytes, break."""
    limits = allowed().limits
    if files > limits.files:
        return FILES
    return BYTES if size > limits.all_bytes else None


def _counted(held: Sequence[Attachment]) -> dict[str, int]:
    return {file.sha256: file.size for file in held if file.reason != TOO_MANY}
