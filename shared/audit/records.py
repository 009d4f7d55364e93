"""The records of an export in the order of the leaves, checked while they are read."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from shared.audit import leaves
from shared.audit.leaves import BadRecordError, Record
from shared.audit.manifest import BadExportError, Manifest, Segment, read
from shared.audit.sorting import Runs
from shared.audit.tiles import SUFFIX

FOLDER = "segments"
Leaf = tuple[bytes, Record]
Following = dict[tuple[str, int], int]


def scan(folder: Path, manifest: Manifest) -> Iterator[Leaf]:
    """Every leaf: its bytes and its record.

    Raises BadExportError where one is missing, unreadable or out of order. What the hashes say
    is not looked at.
    """
    following = {(part.topic, part.partition): part.first for part in manifest.partitions}
    for segment in manifest.segments:
        yield from _leaves(folder, segment, following)
    for part in manifest.partitions:
        found = following[part.topic, part.partition] - part.first
        if found != part.records:
            raise BadExportError(
                f"{part.topic}/{part.partition}: {found} records instead of {part.records}"
            )


def _leaves(folder: Path, segment: Segment, following: Following) -> Iterator[Leaf]:
    found = segment.first
    try:
        with path_of(folder, segment).open("rb", buffering=1 << 20) as file:
            for raw in leaves.records(file):
                record = leaves.decode(raw)
                _place(record, following)
                yield raw, record
                found += 1
    except OSError as error:
        raise BadExportError(f"segment {segment.sha256}: the file is missing") from error
    except BadRecordError as error:
        raise BadExportError(f"leaf {found} cannot be read") from error
    if found != segment.first + segment.records:
        raise BadExportError(f"segment {segment.sha256}: it has another number of records")


def _place(record: Record, following: Following) -> None:
    place = (record.topic, record.partition)
    expected = following.get(place)
    if expected is None:
        raise BadExportError(f"{record.place}: the manifest has no such partition")
    if record.offset != expected:
        raise BadExportError(f"{record.place}: offset {expected} should stand here")
    following[place] = expected + 1


def path_of(folder: Path, segment: Segment) -> Path:
    """The file of a segment."""
    return folder / FOLDER / f"{segment.sha256}.segment"


def damaged_file(folder: Path, manifest: Manifest, tiles: Sequence[str]) -> str | None:
    """The first file that is not the one that was exported, read without looking inside.

    `tiles` are the hashes of what must lie beside each segment.
    """
    for segment, hashes in zip(manifest.segments, tiles, strict=True):
        file = path_of(folder, segment)
        if _hash(file) != segment.sha256:
            return f"segment {segment.sha256}: the file is not the one that was exported"
        if _hash(file.with_suffix(".index")) != _hash_of_index(file):
            return f"segment {segment.sha256}: its index is not the one that was exported"
        if _hash(file.with_suffix(SUFFIX)) != hashes:
            return f"segment {segment.sha256}: its hashes are not those that were exported"
    for name, expected in manifest.files.items():
        if _hash(folder / name) != expected:
            return f"{name}: the file is not the one that was exported"
    return None


def _hash(file: Path) -> str:
    try:
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError:
        return "missing"


def _hash_of_index(file: Path) -> str:
    with file.open("rb", buffering=1 << 20) as content:
        return hashlib.sha256(leaves.places(leaves.records(content))).hexdigest()


def by_partition(folder: Path, wanted: Collection[str]) -> Iterator[tuple[int, Iterator[Record]]]:
    """The records of these topics, one partition number after the other, each in log order.

    Every record is read before the first is given. Raises UsageError, BadExportError.
    """
    manifest = read(folder)
    with Runs() as runs:
        for raw, record in scan(folder, manifest):
            if record.topic in wanted:
                runs.add((record.partition, record.topic, record.offset, raw), len(raw))
        for number, rows in groupby(runs.sorted(), key=lambda row: row[0]):
            yield number, (leaves.decode(row[-1]) for row in rows)
