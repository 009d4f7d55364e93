"""Proofs that one record is in the log: made from an export, checked with a key alone."""

from __future__ import annotations

import mmap
import struct
import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path

import orjson

from shared.audit import leaves, merkle, signed
from shared.audit.leaves import SEGMENT, BadRecordError, Record
from shared.audit.manifest import BadExportError, Segment
from shared.audit.manifest import read as read_manifest
from shared.audit.merkle import leaf_hash
from shared.audit.note import BadNoteError, Checkpoint, Proof, Verifier
from shared.audit.records import path_of
from shared.audit.tiles import SUFFIX, Tiles
from shared.errors import UsageError

LARGEST = 1 << 20
"""How long a proof may be in characters; a true one has under 3,000."""


class Prover:
    """The signed tree of an export; a proof reads a few tiles of hashes.

    Raises UsageError where there is no export or no checkpoint, BadExportError where the leaves
    are not those that were signed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, manifest = folder, read_manifest(folder)
        newest = signed.newest(folder, manifest.size, signed.keys(folder, None))
        if newest is None:
            raise UsageError("the export has no checkpoint, so nothing in it can be proved")
        self.size, self._root = newest.size, newest.root
        self._note = signed.path_of(folder, self.size).read_text("utf-8")
        self._segments = manifest.segments
        files = [path_of(folder, segment).with_suffix(SUFFIX) for segment in self._segments]
        self._nodes = Tiles(files, self._segments)
        if merkle.root(self.size, self._nodes) != self._root:
            raise BadExportError("the leaves are not those that were signed")

    def find(self, event: str) -> tuple[int, bytes]:
        """The leaf of an event's or input's id, or of a place. Raises UsageError."""
        needle = _needle(event)
        for segment in self._segments:
            for number in self._numbers(segment, needle):
                index = segment.first + number
                raw = self.raw(index) if index < self.size else b""
                if raw and event in _names(leaves.decode(raw)):
                    return index, raw
        raise UsageError("no signed record has this id or place")

    def raw(self, index: int) -> bytes:
        """The bytes of a record by its leaf. Raises BadExportError."""
        number, place = divmod(index, SEGMENT)
        file = path_of(self._folder, self._segments[number])
        try:
            with file.open("rb") as segment, file.with_suffix(".index").open("rb") as places:
                return leaves.record_at(segment, places, place)
        except OSError as error:
            raise BadExportError("a segment is missing") from error
        except BadRecordError as error:
            raise BadExportError("a segment is cut") from error

    def proof(self, index: int) -> Proof:
        """The proof of a leaf against the newest checkpoint.

        Raises ValueError past its end, BadExportError where the record is not the signed one.
        """
        path = merkle.inclusion(index, self.size, self._nodes)
        leaf = leaf_hash(self.raw(index))
        if not merkle.included(leaf, index, self.size, path, self._root):
            raise BadExportError("the leaves are not those that were signed")
        return Proof(index, tuple(path), self._note)

    def _numbers(self, segment: Segment, needle: bytes) -> Iterator[int]:
        """The records of a segment in which these bytes stand somewhere."""
        file = path_of(self._folder, segment)
        try:
            places = array("Q", file.with_suffix(".index").read_bytes())
            if sys.byteorder == "little":
                places.byteswap()
            with (
                file.open("rb") as content,
                mmap.mmap(content.fileno(), 0, access=mmap.ACCESS_READ) as found,
            ):
                at = found.find(needle)
                while at >= 0:
                    number = bisect_right(places, at) - 1
                    yield number
                    after = places[number + 1] if number + 1 < len(places) else len(found)
                    at = found.find(needle, after)
        except (OSError, ValueError) as error:
            raise BadExportError("a segment is missing or cut") from error


def _needle(event: str) -> bytes:
    """Bytes that stand in every record of this id or place, and in few others."""
    topic, _, rest = event.partition("/")
    try:
        partition, offset = map(int, rest.split("/"))
        return leaves.head(topic, partition, offset)
    except (ValueError, struct.error):
        return event.encode()


def _names(record: Record) -> Sequence[str]:
    try:
        body = orjson.loads(record.value or b"")
        return (record.place, str(body["id"]))
    except (LookupError, TypeError, ValueError):
        return (record.place,)


def check(text: str, raw: bytes, trusted: Sequence[Verifier]) -> tuple[Record, Checkpoint]:
    """The record and the checkpoint that a proof joins. Raises BadNoteError, BadRecordError."""
    if len(text) > LARGEST:
        raise BadNoteError("this is no proof")
    proof = Proof.read(text)
    checkpoint = checkpoint_of(proof.checkpoint, trusted)
    hash_ = leaf_hash(raw)
    if not merkle.included(hash_, proof.index, checkpoint.size, proof.path, checkpoint.root):
        raise BadNoteError("the proof does not lead from this record to the checkpoint")
    return leaves.decode(raw), checkpoint


def checkpoint_of(note: str, trusted: Sequence[Verifier]) -> Checkpoint:
    """A checkpoint that one of the keys signed. Raises BadNoteError."""
    last = BadNoteError("this key did not sign it")
    for verifier in trusted:
        try:
            return Checkpoint.read(note, verifier)
        except BadNoteError as error:
            last = error
    raise last
