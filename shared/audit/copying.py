"""The signed part of a ledger's folder into an export, as it is."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from pydantic import ValidationError

from shared.audit import leaves, signed
from shared.audit import records as exported
from shared.audit.leaves import SEGMENT, BadRecordError
from shared.audit.ledger.listing import Listing
from shared.audit.manifest import Segment
from shared.audit.note import BadNoteError, Checkpoint
from shared.audit.tiles import SUFFIX
from shared.audit.writing import Writer
from shared.errors import TransientError, UsageError

STEP = 1000


def newest(ledger: Path) -> int:
    """The size of the newest checkpoint; 0 where there is none."""
    file = max((ledger / signed.FOLDER).glob("*.txt"), default=None)
    return int(file.stem) if file else 0


def copy(ledger: Path, size: int, writer: Writer, progress: Callable[[int], None]) -> None:
    """Bring a writer to the ledger's first `size` leaves, with keys and checkpoints.

    The ledger may be written meanwhile. Raises UsageError, TransientError, OSError.
    """
    if writer.frontier.size > size:
        return  # an earlier attempt came past it
    try:
        listing = Listing.model_validate_json((ledger / "manifest.json").read_bytes())
    except FileNotFoundError:
        listing = Listing()
    except ValidationError as error:
        raise UsageError("the ledger's manifest.json cannot be read") from error
    for segment in listing.segments[writer.frontier.size // SEGMENT : size // SEGMENT]:
        _copy_segment(ledger, segment.sha256, writer)
        progress(SEGMENT)
    for number, raw in enumerate(_rest(ledger, listing, writer.frontier.size, size)):
        writer.append(raw)
        progress(0 if number % STEP else STEP)
    _copy_beside(ledger, size, writer)


def _copy_segment(ledger: Path, name: str, writer: Writer) -> None:
    segment = Segment(sha256=name, first=writer.frontier.size, records=SEGMENT)
    target = exported.path_of(writer.folder, segment)
    for suffix in (".index", SUFFIX, ".segment"):
        shutil.copyfile(ledger / f"{name}{suffix}", target.with_suffix(suffix))
    writer.keep(segment)


def _rest(ledger: Path, listing: Listing, begin: int, end: int) -> Iterator[bytes]:
    if begin >= end:
        return
    number = begin // SEGMENT
    closed = number < len(listing.segments)
    name = f"{listing.segments[number].sha256}.segment" if closed else "open.segment"
    try:
        with (ledger / name).open("rb") as file:
            yield from islice(leaves.records(file), begin % SEGMENT, end - number * SEGMENT)
    except (BadRecordError, FileNotFoundError) as error:
        raise TransientError("the ledger closes a segment just now") from error


def _copy_beside(ledger: Path, size: int, writer: Writer) -> None:
    for name in (signed.FOLDER, signed.KEYS):
        (writer.folder / name).mkdir(exist_ok=True)
    for file in sorted((ledger / signed.FOLDER).glob("*.txt")):
        if int(file.stem) <= size:
            shutil.copyfile(file, writer.folder / signed.FOLDER / file.name)
    for file in sorted((ledger / signed.KEYS).glob("*.vkey")):
        shutil.copyfile(file, writer.folder / signed.KEYS / file.name)
    try:
        note = signed.path_of(writer.folder, size).read_text("utf-8")
        same = Checkpoint.unchecked(note).root == writer.frontier.root()
    except BadNoteError as error:
        raise UsageError("the ledger's newest checkpoint cannot be read") from error
    if not same:
        raise TransientError("the ledger's leaves are not those it signed, or it was just written")
