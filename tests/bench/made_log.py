"""A log of any length: recorded histories of every stage, told of ever new complaints."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.audit import signed
from shared.audit.leaves import Record
from shared.audit.manifest import Part
from shared.audit.note import Checkpoint, Verifier
from shared.audit.writing import Begun, Writer, save
from shared.envelope import event_id
from shared.pipeline import STAGES, topics
from tests.recordings.corpus import recordings

ORIGIN = "redress/bench"
SIGN_LEAVES = 1_000  # as the ledger does
History = list[dict[str, Any]]


def histories() -> dict[str, History]:
    """The longest recorded history of each stage, as JSON."""
    found: dict[str, History] = {}
    for recording in recordings():
        events = [orjson.loads(value) for value in recording.values]
        if len(events) > len(found.get(recording.stage, ())):
            found[recording.stage] = events
    return found


def records(events: int) -> Iterator[Record]:
    """So many events, complaint after complaint, each stage's in its own topic."""
    templates, left = histories(), events
    offsets = dict.fromkeys(STAGES, 0)
    while left:
        complaint = str(uuid.uuid4())
        for stage, history in templates.items():
            for value in _retold(complaint, stage, history[:left]):
                topic = STAGES[stage].topic("events", "normal")
                yield Record(topic, 0, offsets[stage], 1, complaint.encode(), value, ())
                offsets[stage] += 1
                left -= 1


def _retold(complaint: str, stage: str, history: History) -> Iterator[bytes]:
    before, cause, index = "", "", 0
    for number, event in enumerate(history, 1):
        index = index + 1 if event["causationid"] == cause else 0
        cause = event["causationid"]
        named = {
            "id": event_id(complaint, stage, number, cause, index),
            "subject": complaint,
            "sequence": number,
            "prevhash": before,
        }
        value = orjson.dumps({**event, **named})
        before = hashlib.sha256(value).hexdigest()
        yield value


def export(folder: Path, events: int) -> None:
    """An export of such a log, signed as the ledger signs."""
    folder.mkdir()
    parts = tuple(Part(topic=t, partition=0, first=0, records=0) for t in sorted(topics()))
    key = Ed25519PrivateKey.generate()
    for name in (signed.FOLDER, signed.KEYS):
        (folder / name).mkdir()
    verifier = Verifier(ORIGIN, key.public_key().public_bytes_raw())
    (folder / signed.KEYS / "log.vkey").write_text(f"{verifier}\n", "utf-8")
    begun = Begun(partitions=parts)
    save(folder, begun)
    with closing(Writer(folder, begun)) as writer:
        for record in records(events):
            writer.add(record)
            size = writer.frontier.size
            if not size % SIGN_LEAVES or size == events:
                note = Checkpoint(ORIGIN, size, writer.frontier.root()).signed(key)
                signed.path_of(folder, size).write_text(note, "utf-8")
        writer.finish(datetime.now(UTC))
