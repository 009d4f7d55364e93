"""Attachments as an installation's settings want them."""

from __future__ import annotations

from services.intake.attachments.clamd import clamd
from services.intake.attachments.intake import Attachments
from services.intake.attachments.work import work as scans
from services.intake.files import Files
from shared.runner.due import Work
from shared.runner.wiring import Wiring


def attachments(wiring: Wiring) -> Attachments:
    """The way in for files, of which a process has one: it bounds what is in memory at once.

    Raises UsageError where the scanner's address is none.
    """
    settings = wiring.settings
    files = Files(wiring.database, wiring.keyring)
    return Attachments(files, clamd(settings.clamav), settings.unscanned_files)


def work(wiring: Wiring) -> dict[str, Work]:
    """The scans that are owed."""
    found = wiring.one(attachments)
    return scans(found.files, found.scanner)
