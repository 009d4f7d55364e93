"""Files that the scanner has yet to see: the scan is owed until it says something. Pure."""

from __future__ import annotations

from typing import Any

from shared.decider import State, due
from shared.envelope import Envelope
from shared.events.base import Attachment
from shared.events.intake import AttachmentExamined

SCANNER_AWAY = "scanner_away"  # the one reason that time can mend
TOO_MANY = "too_many"  # why a file is held back for good
SCAN = "scan_attachment"


def attached(
    state: State, known: tuple[Attachment, ...], new: tuple[Attachment, ...], event: Envelope
) -> dict[str, Any]:
    """What the state holds once files came; one that waits already, or is clean, waits once.

    A file beyond the complaint's room stands in its event alone, so that the state stays small.
    """
    files = list(known)
    for file in new:
        if file.reason == TOO_MANY:
            continue
        if file.reason != SCANNER_AWAY or not _waits_or_is_clean(files, file.sha256):
            files.append(file)
    unseen = {file.sha256 for file in files[len(known) :] if file.reason == SCANNER_AWAY}
    owed = [due(event, _key(sha), SCAN, sha256=sha) for sha in sorted(unseen)]
    return {"attachments": tuple(files), "due": state.owing(*owed)}


def _waits_or_is_clean(files: list[Attachment], sha256: str) -> bool:
    return any(
        f.sha256 == sha256 and (f.reason == SCANNER_AWAY or f.status == "clean") for f in files
    )


def examined(
    state: State, known: tuple[Attachment, ...], data: AttachmentExamined
) -> dict[str, Any]:
    """What the state holds once the scanner has seen one of them."""
    judgement = {"status": data.status, "reason": data.reason}
    waited = (data.sha256, SCANNER_AWAY)
    files = (
        file.model_copy(update=judgement) if (file.sha256, file.reason) == waited else file
        for file in known
    )
    return {"attachments": tuple(files), "due": state.without(_key(data.sha256))}


def _key(sha256: str) -> str:
    return f"scan:{sha256}"
