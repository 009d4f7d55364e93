"""Files that the scanner has yet to see: the scan is owed until it says something. Pure."""

from __future__ import annotations

from typing import Any

from shared.decider import State, due
from shared.envelope import Envelope
from shared.events.base import Attachment
from shared.events.intake import AttachmentExamined

SCANNER_AWAY = "scanner_away"  # the one reason that time can mend
TOO_MANY, TOO_LARGE = "too_many", "too_large"  # of these no bytes are kept
REFUSED = frozenset({TOO_MANY, TOO_LARGE})
FOUND = frozenset({"malware", "unscannable"})  # what the scanner says of bytes
SCAN = "scan_attachment"


def attached(
    state: State, known: tuple[Attachment, ...], new: tuple[Attachment, ...], event: Envelope
) -> dict[str, Any]:
    """What the state holds once files came: each once, with what was found in it last.

    A file that was refused stands in its event alone, so that the state stays small.
    """
    files = {file.sha256: file for file in known}
    for file in new:
        before = files.get(file.sha256)
        if file.reason not in REFUSED and (before is None or _tells_more(before, file)):
            files[file.sha256] = file
    waiting = {file.sha256 for file in files.values() if file.reason == SCANNER_AWAY}
    seen = [_key(file.sha256) for file in known if file.sha256 not in waiting]
    put = [due(event, _key(sha), SCAN, sha256=sha) for sha in sorted(waiting)]
    owed = {item.key: item for item in put if item.key not in state.due}
    return {"attachments": tuple(files.values()), "due": {**state.without(*seen), **owed}}


def _tells_more(before: Attachment, file: Attachment) -> bool:
    """A file that waits tells nothing new; a clean one is held back by the scanner's word alone."""
    if before.status == "clean":
        return file.status == "clean" or file.reason in FOUND
    return file.reason != SCANNER_AWAY


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
