"""Proofs that one record is in the log: made from an export, checked with a key alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import orjson

from shared.audit import leaves, merkle, signed
from shared.audit.leaves import BadRecordError, Record
from shared.audit.manifest import BadExportError, Manifest
from shared.audit.manifest import read as read_manifest
from shared.audit.merkle import Levels, leaf_hash
from shared.audit.note import BadNoteError, Checkpoint, Proof, Verifier
from shared.audit.records import path_of
from shared.errors import UsageError

LARGEST = 1 << 20
"""How long a proof may be in characters; a true one has under 3,000."""


class Prover:
    """The signed tree of an export in memory, 64 bytes a leaf; each proof then is quick.

    Raises UsageError where there is no export or no checkpoint, BadExportError where the leaves
    are not those that were signed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._manifest = folder, read_manifest(folder)
        found = signed.checkpoints(folder, self._manifest.size, signed.keys(folder, None))
        if not found:
            raise UsageError("the export has no checkpoint, so nothing in it can be proved")
        self.size = found[-1].size
        self._note = signed.path_of(folder, self.size).read_text("utf-8")
        self._levels = Levels(leaf_hash(raw) for _, raw in self._raws())
        if merkle.root(self.size, self._levels) != found[-1].root:
            raise BadExportError("the leaves are not those that were signed")

    def find(self, event: str) -> tuple[int, bytes]:
        """The leaf of an event's or input's id, or of a place. Raises UsageError."""
        wanted = event.partition("/")[0].encode()
        for index, raw in self._raws():
            if wanted in raw and event in _names(leaves.decode(raw)):
                return index, raw
        raise UsageError("no signed record has this id or place")

    def proof(self, index: int) -> Proof:
        """The proof of a leaf against the newest checkpoint. Raises ValueError past its end."""
        path = merkle.inclusion(index, self.size, self._levels)
        return Proof(index, tuple(path), self._note)

    def _raws(self) -> Iterator[tuple[int, bytes]]:
        for index, raw in enumerate(_all(self._folder, self._manifest)):
            if index == self.size:
                return
            yield index, raw


def _all(folder: Path, manifest: Manifest) -> Iterator[bytes]:
    try:
        for segment in manifest.segments:
            with path_of(folder, segment).open("rb", buffering=1 << 20) as file:
                yield from leaves.records(file)
    except OSError as error:
        raise BadExportError("a segment is missing") from error
    except BadRecordError as error:
        raise BadExportError("a segment is cut") from error


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
