"""Exports made by hand: records by topic, and what somebody may have done to them."""

import hashlib
import json
import shutil
from contextlib import closing
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.audit.leaves import Record, encode
from shared.audit.manifest import Part
from shared.audit.manifest import read as read_manifest
from shared.audit.merkle import Frontier, leaf_hash
from shared.audit.note import Checkpoint, Verifier
from shared.audit.records import scan
from shared.audit.writing import Begun, Writer, save
from shared.pipeline import topics

EXPORTED = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ORIGIN = "redress/example"


def export_of(folder, records, partitions=1, first=0):
    """A whole export of these records, which may be none that fit."""
    parts = tuple(
        Part(topic=topic, partition=number, first=first, records=0)
        for topic in sorted(topics())
        for number in range(partitions)
    )
    folder.mkdir(exist_ok=True)
    save(folder, Begun(partitions=parts))
    with closing(Writer(folder, Begun(partitions=parts))) as writer:
        for record in records:
            writer.add(record)
        return writer.finish(EXPORTED)


def sign(folder, records, *sizes, key=KEY, origin=ORIGIN):
    """Checkpoints of these sizes, and the key's public part."""
    for name in ("checkpoints", "keys"):
        (folder / name).mkdir(exist_ok=True)
    tree = Frontier()
    for size, record in enumerate(records, 1):
        tree.add(leaf_hash(encode(record)))
        if size in sizes:
            note = Checkpoint(origin, size, tree.root()).signed(key)
            (folder / "checkpoints" / f"{size:020}.txt").write_text(note, "utf-8")
    verifier = f"{Verifier(origin, key.public_key().public_bytes_raw())}\n"
    (folder / "keys" / "log.vkey").write_text(verifier, "utf-8")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["files"]["keys/log.vkey"] = hashlib.sha256(verifier.encode()).hexdigest()
    save_manifest(folder, manifest)


def save_manifest(folder, manifest):
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")


def renumbered(records, first=0):
    """The same records with dense offsets."""
    ends, found = {}, []
    for one in records:
        offset = ends.get((one.topic, one.partition), first)
        ends[one.topic, one.partition] = offset + 1
        found.append(Record(*one[:2], offset, *one[3:]))
    return found


def recorded(folder):
    """The records of an export."""
    return [record for _, record in scan(folder, read_manifest(folder))]


def without(folder, topic):
    """Take the first record of a topic out, and make the manifest fit."""
    found = recorded(folder)
    found.remove(next(one for one in found if one.topic == topic))
    shutil.rmtree(folder)
    export_of(folder, found)
