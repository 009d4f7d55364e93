"""Writes the folder of an export: leaves into segments, and the manifest when all are there."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from io import BufferedRandom
from pathlib import Path

from pydantic import BaseModel

from shared.audit import leaves
from shared.audit.leaves import LENGTH, PLACE, SEGMENT, Record
from shared.audit.manifest import FILE, FORMAT, INSTANT, BadExportError, Manifest, Part, Segment
from shared.audit.merkle import Frontier, leaf_hash
from shared.audit.records import FOLDER, path_of
from shared.audit.signed import KEYS
from shared.audit.tiles import SUFFIX, tiles

ROOT = Path(__file__).parents[1]
BESIDE = {"schemas": (ROOT / "events/schemas", "*.json"), "policies": (ROOT / "policies", "*.yaml")}
BEGUN = "begun.json"


class Begun(BaseModel):
    """An export under way: what it shall hold, and the segments that are finished."""

    partitions: tuple[Part, ...]
    segments: tuple[Segment, ...] = ()
    signed: int = 0
    """How many leaves come from the ledger, in its order."""


class Writer:
    """Appends leaves; takes up where an earlier attempt in the same folder ended."""

    def __init__(self, folder: Path, begun: Begun) -> None:
        self.folder, self.begun = folder, begun
        self.counts: Counter[tuple[str, int]] = Counter()
        self.firsts: dict[tuple[str, int], int] = {}
        self.frontier = Frontier()
        self._open: BufferedRandom | None = None
        self._index, self._hashes = bytearray(), list[bytes]()
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
        for segment in begun.segments:
            self._read(segment)

    def next_of(self, part: Part) -> int:
        """The offset of the next record of a partition."""
        place = (part.topic, part.partition)
        return self.firsts.get(place, part.first) + self.counts[place]

    def add(self, record: Record) -> None:
        """Append one record."""
        self.append(leaves.encode(record), record)

    def append(self, raw: bytes, record: Record | None = None) -> None:
        """Append a record by its bytes. Raises BadRecordError."""
        if self._open is None:
            self._open = (self.folder / "open.segment").open("wb+")
        self._index += PLACE.pack(self._open.tell())
        self._open.write(LENGTH.pack(len(raw)) + raw)
        self._hashes.append(self._count(raw, record or leaves.decode(raw)))
        if len(self._index) == SEGMENT * PLACE.size:
            self._close()

    def keep(self, segment: Segment) -> None:
        """Take a segment whose files stand in the folder already. Raises BadExportError."""
        self._read(segment)
        self._finished(segment)

    def finish(self, now: datetime) -> Manifest:
        """Close the last segment, put schemas and policies beside, write the manifest."""
        self._close()
        manifest = Manifest(
            format=FORMAT,
            exported_at=now.strftime(INSTANT),
            size=self.frontier.size,
            root=self.frontier.root().hex(),
            partitions=tuple(map(self._counted, self.begun.partitions)),
            segments=self.begun.segments,
            files=dict(_beside(self.folder)),
        )
        (self.folder / FILE).write_text(manifest.text, "utf-8")
        (self.folder / BEGUN).unlink(missing_ok=True)
        return manifest

    def close(self) -> None:
        """Leave what is finished for the next attempt."""
        if self._open is not None:
            self._open.close()

    def _counted(self, part: Part) -> Part:
        place = (part.topic, part.partition)
        first = self.firsts.get(place, part.first)
        return part.model_copy(update={"first": first, "records": self.counts[place]})

    def _count(self, raw: bytes, record: Record) -> bytes:
        found = leaf_hash(raw)
        self.frontier.add(found)
        place = (record.topic, record.partition)
        if self.frontier.size <= self.begun.signed:
            self.firsts.setdefault(place, record.offset)
        self.counts[place] += 1
        return found

    def _read(self, segment: Segment) -> None:
        file = path_of(self.folder, segment)
        with file.open("rb") as content:
            if hashlib.file_digest(content, "sha256").hexdigest() != segment.sha256:
                raise BadExportError("a segment is damaged")
            content.seek(0)
            for raw in leaves.records(content):
                self._count(raw, leaves.decode(raw))

    def _close(self) -> None:
        if self._open is None:
            return
        with self._open as file:
            file.flush()
            os.fsync(file.fileno())
            file.seek(0)
            name = hashlib.file_digest(file, "sha256").hexdigest()
        count = len(self._index) // PLACE.size
        segment = Segment(sha256=name, first=self.frontier.size - count, records=count)
        target = path_of(self.folder, segment)
        target.with_suffix(".index").write_bytes(self._index)
        target.with_suffix(SUFFIX).write_bytes(tiles(self._hashes))
        (self.folder / "open.segment").replace(target)
        self._open, self._index, self._hashes = None, bytearray(), []
        self._finished(segment)

    def _finished(self, segment: Segment) -> None:
        more = {"segments": (*self.begun.segments, segment)}
        self.begun = self.begun.model_copy(update=more)
        save(self.folder, self.begun)


def save(folder: Path, begun: Begun) -> None:
    """Remember how far an export came."""
    new = folder / f"{BEGUN}.new"
    new.write_text(json.dumps(begun.model_dump(mode="json")), "utf-8")
    new.replace(folder / BEGUN)


def _beside(folder: Path) -> Iterable[tuple[str, str]]:
    for name, (source, pattern) in BESIDE.items():
        (folder / name).mkdir(exist_ok=True)
        for file in sorted(source.glob(pattern)):
            content = file.read_bytes()
            (folder / name / file.name).write_bytes(content)
            yield f"{name}/{file.name}", hashlib.sha256(content).hexdigest()
    for file in sorted((folder / KEYS).glob("*")):
        yield f"{KEYS}/{file.name}", hashlib.sha256(file.read_bytes()).hexdigest()
