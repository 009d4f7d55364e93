"""Attachments on their way in: judged by content, scanned, kept by hash."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from services.intake.attachments.clamd import Verdict
from services.intake.attachments.judging import File, Judged, judge
from services.intake.attachments.room import refused
from services.intake.attachments.waiting import REFUSED, SCANNER_AWAY, TOO_LARGE, TOO_MANY
from shared.errors import TransientError
from shared.events.base import Attachment
from shared.events.personal import Personal

SMALL_BYTES = 1 << 20
SMALL_AT_ONCE, LARGE_AT_ONCE = 16, 2  # each is in memory several times over while it is kept
Status = Literal["clean", "quarantined"]
Kind = Literal["raw", "attachment"]
NO_SCANNER = "no_scanner"


class Kept(Protocol):
    """Where bytes are kept, each complaint's under its own key."""

    async def keep(self, complaint: str, content: bytes, kind: Kind) -> str:
        """Store bytes for good; returns their SHA-256. Raises TransientError, KeyMissingError."""

    async def read(self, complaint: str, digest: str, kind: Kind) -> bytes | None:
        """The bytes, None where there are none. Raises TransientError."""


class Scanner(Protocol):
    """Whoever knows malware."""

    async def scan(self, content: bytes) -> Verdict:
        """Say what is in the bytes. Raises TransientError while nobody can."""


class Slots:
    """How many files are in memory at once: some small ones, few large ones."""

    def __init__(self) -> None:
        self.small = asyncio.Semaphore(SMALL_AT_ONCE)
        self.large = asyncio.Semaphore(LARGE_AT_ONCE)

    def of(self, file: Source) -> asyncio.Semaphore:
        """Where that file waits for its turn."""
        return self.small if file.size <= SMALL_BYTES else self.large


class Source(Protocol):
    """A file that may lie elsewhere until it is its turn, so that few are in memory."""

    @property
    def size(self) -> int:
        """Its bytes."""

    @property
    def name(self) -> str:
        """The sender's name for it."""

    @property
    def content(self) -> bytes:
        """All of it."""


@dataclass(frozen=True)
class Attachments:
    """Takes files in; whatever is doubtful is kept, but never handed out.

    Without a scanner nothing is handed out, unless `unscanned` says that it may be.
    """

    files: Kept
    scanner: Scanner | None = None
    unscanned: bool = False
    slots: Slots = field(default_factory=Slots)

    async def fault(self, files: Sequence[Source]) -> str | None:
        """The code of the first fault that is found; nothing is kept."""
        for file in files:
            async with self.slots.of(file):
                if fault := (await _judged(file)).fault:
                    return fault
        return None

    async def take(
        self, complaint: str, files: Sequence[Source], held: Sequence[Attachment] = ()
    ) -> tuple[Attachment, ...]:
        """Keep each file and say what it is; of what finds no room beside those held no bytes.

        Raises TransientError, KeyMissingError.
        """
        taken: list[Attachment] = []
        for file in files:
            async with self.slots.of(file):
                # The call's end lets go of the bytes, before the next file waits for its turn.
                taken.append(await self._take(complaint, file, (*held, *taken)))
        return tuple(taken)

    async def _take(self, complaint: str, came: Source, held: Sequence[Attachment]) -> Attachment:
        file = await _judged(came)
        fault = file.fault
        if fault != TOO_LARGE and refused(held, [(file.sha256, len(file.content))]):
            fault = TOO_MANY
        status, reason = ("quarantined", fault) if fault else await self.verdict(file.content)
        if fault not in REFUSED:
            await self.files.keep(complaint, file.content, "attachment")
        return Attachment(
            sha256=file.sha256,
            name=Personal(file.name),
            media_type=file.media_type,
            size=len(file.content),
            status=status,
            reason=reason,
            came=None if file.came == file.sha256 else file.came,
        )

    async def verdict(self, content: bytes) -> tuple[Status, str | None]:
        """Whether bytes may be handed out, and why not."""
        if self.scanner is None:
            return ("clean", None) if self.unscanned else ("quarantined", NO_SCANNER)
        try:
            found = await self.scanner.scan(content)
        except TransientError:
            return "quarantined", SCANNER_AWAY
        return ("clean", None) if found == "clean" else ("quarantined", found)


async def _judged(file: Source) -> Judged:
    """Read and judge in a thread: a large picture takes longer than others should wait."""
    return await asyncio.to_thread(lambda: judge(File(file.name, file.content)))
