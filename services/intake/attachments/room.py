"""How much more a complaint may bring: its limits hold for all its messages together. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from services.intake.attachments.types import allowed
from services.intake.attachments.waiting import REFUSED, TOO_MANY
from shared.events.base import Attachment

FILES, BYTES = "too_many_files", "files_too_large"


def within(held: Sequence[Attachment], new: Sequence[Attachment]) -> tuple[Attachment, ...]:
    """New files, those beyond the limits held back for good; the same bytes count once."""
    found: list[Attachment] = []
    for file in new:
        if file.reason not in REFUSED and refused((*held, *found), [(file.sha256, file.size)]):
            held_back = {"status": "quarantined", "reason": TOO_MANY}
            found.append(file.model_copy(update=held_back))
        else:
            found.append(file)
    return tuple(found)


def refused(held: Sequence[Attachment], new: Iterable[tuple[str, int]]) -> str | None:
    """The code of the limit that files (SHA-256, bytes) would break beside those held.

    A file is known by its bytes as they came, and as they are kept.
    """
    kept = [file for file in held if file.reason not in REFUSED]
    same = {file.came: file.sha256 for file in kept if file.came}
    counted = {same.get(sha256, sha256): size for sha256, size in new}
    counted |= {file.sha256: file.size for file in kept}
    return fault(len(counted), sum(counted.values()))


def fault(files: int, size: int) -> str | None:
    """The code of the limit that so many files, and bytes, break."""
    limits = allowed().limits
    if files > limits.files:
        return FILES
    return BYTES if size > limits.all_bytes else None
