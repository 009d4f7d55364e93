"""Scans that are owed: a file that came while the scanner was away is looked at again."""

from __future__ import annotations

from dataclasses import dataclass

from services.intake.attachments.intake import Kept, Scanner
from services.intake.attachments.waiting import SCAN
from shared.errors import TransientError
from shared.events.intake import AttachmentScanned
from shared.runner.due import Claim, Work, each

SCANS_AT_ONCE = 4


def work(files: Kept, scanner: Scanner | None) -> dict[str, Work]:
    """What this part owes, by kind."""
    return {SCAN: each(Scans(files, scanner).look_again, SCANS_AT_ONCE)}


@dataclass(frozen=True)
class Scans:
    """Looks at kept files."""

    files: Kept
    scanner: Scanner | None

    async def look_again(self, claim: Claim) -> AttachmentScanned:
        """Ask the scanner about one file. Raises TransientError while there is none."""
        sha256 = claim.item.arguments["sha256"] or ""
        if self.scanner is None:
            raise TransientError("there is no scanner")
        content = await self.files.read(claim.complaint, sha256, "attachment")
        return AttachmentScanned(
            key=claim.item.key,
            put_by=claim.item.event,
            sha256=sha256,
            verdict="gone" if content is None else await self.scanner.scan(content),
        )
