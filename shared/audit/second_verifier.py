"""A second verifier of exports: one file, the standard library and cryptography, nothing of ours.

Run it as `python second_verifier.py DIR [--key FILE]`. It reads the folder by what
docs/auditing.md says of it, so two programs must be wrong in the same way before a forged log
passes. It checks every byte, hash, signature, offset, sequence and link; schemas and legal
transitions it leaves to the first one. Exit 0: the export holds; 1: it does not. It keeps all
events' places in memory, about a kilobyte each.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import struct
import sys
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

STAGES = ("intake", "verification", "triage", "investigation", "resolution", "notify")
ENDINGS = ("events", "events.express", "inputs", "inputs.express", "dead-letters")
TOPICS = {f"complaints.{stage}.{ending}" for stage in STAGES for ending in ENDINGS}
BESIDE = re.compile(r"(schemas|policies|keys)/[A-Za-z0-9][A-Za-z0-9._-]*")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
FULL, DASH = 65_536, "\u2014 "
Keys = dict[tuple[str, bytes], Ed25519PublicKey]
Event = tuple[int, str, str, str, list[str]]
Named = tuple[str, Any, Any]
PART = ("topic", "partition", "first", "records")


class BrokenError(Exception):
    """The export does not hold."""


FAULTS: tuple[type[Exception], ...] = (
    *(BrokenError, InvalidSignature, struct.error, OSError, RecursionError),
    *(AttributeError, LookupError, TypeError, ValueError),
)


def demand(held: object, told: str) -> None:
    """Go on only where it held."""
    if not held:
        raise BrokenError(told)


class Forest:
    """The complete trees over the leaves so far, RFC 6962 2.1, the largest first."""

    def __init__(self) -> None:
        self.size, self.trees = 0, list[tuple[int, bytes]]()

    def add(self, leaf: bytes) -> None:
        """Add a leaf; two trees of one height become one."""
        height, found = 0, hashlib.sha256(b"\x00" + leaf).digest()
        while self.trees and self.trees[-1][0] == height:
            found = hashlib.sha256(b"\x01" + self.trees.pop()[1] + found).digest()
            height += 1
        self.trees.append((height, found))
        self.size += 1

    def root(self) -> bytes:
        """The root over all of them."""
        found = b""
        for _, left in reversed(self.trees):
            found = hashlib.sha256(b"\x01" + left + found).digest() if found else left
        return found or hashlib.sha256().digest()


class Log:
    """What the leaves tell; every topic has the same partitions."""

    def __init__(self, parts: list[dict[str, Any]]) -> None:
        self.firsts = {(one["topic"], one["partition"]): one["first"] for one in parts}
        self.ends, last = dict(self.firsts), max((number for _, number in self.firsts), default=0)
        for number, first in ((number, first) for (_, number), first in self.firsts.items()):
            demand(type(number) is type(first) is int and min(number, first) >= 0, "no partition")
        wanted = len(TOPICS) * (last + 1)
        known = all(topic in TOPICS for topic, _ in self.firsts)
        demand(known and len(self.firsts) == wanted, "a partition is missing or none of ours")
        self.chains = defaultdict[tuple[str, str], list[Event]](list)
        self.unread, self.buried = dict[Named, str](), set[Named]()

    def partitions(self) -> list[dict[str, Any]]:
        """The partitions as the manifest must name them."""
        rows = [(*place, first, self.ends[place] - first) for place, first in self.firsts.items()]
        return [dict(zip(PART, row, strict=True)) for row in rows]

    def add(self, leaf: bytes) -> None:
        """Take a record in the order of the leaves."""
        topic, partition, offset, key, value = record_of(leaf)
        place = f"{topic}/{partition}/{offset}"
        demand(self.ends.get((topic, partition)) == offset, f"{place}: not at its offset")
        self.ends[topic, partition] = offset + 1
        stage, kind = topic.split(".")[1:3]
        if kind == "dead-letters":
            self.buried.add((stage, key, value))
            return
        try:
            self.read(stage, kind, place, key, value)
        except FAULTS:
            demand(kind == "inputs", f"{place}: it cannot be read")
            self.unread.setdefault((stage, key, value), place)

    def read(self, stage: str, kind: str, place: str, key: bytes, value: bytes) -> None:
        """Read an input or keep an event for its chain."""
        body = json.loads(value)
        demand(body["subject"].encode() == key, "not its complaint")
        if kind == "events":
            demand(body["source"] == f"/redress/{stage}", "of another stage")
            demand(type(body["sequence"]) is int, "no sequence")
            event = (body["sequence"], place, hashlib.sha256(value).hexdigest())
            links = [str(body.get(name, "")) for name in ("id", "causationid", "prevhash")]
            self.chains[body["subject"], stage].append((*event, place.rpartition("/")[0], links))

    def ended(self) -> None:
        """What only the whole log tells."""
        for name, place in self.unread.items():
            demand(name in self.buried, f"{place}: it cannot be read and is no dead letter")
        for (complaint, stage), events in self.chains.items():
            check_chain(complaint, stage, events)


def check_chain(complaint: str, stage: str, events: list[Event]) -> None:
    """Sequences are dense, in order within a partition, each event follows the one before."""
    seen, newest = dict[int, Event](), dict[str, int]()
    for event in events:
        sequence, place, digest, partition, _ = event
        first = seen.setdefault(sequence, event)
        demand(first[2] == digest, f"{place}: another event has this sequence")
        late = first is event and newest.get(partition, 0) > sequence
        demand(not late, f"{place}: it stands behind one that follows it")
        newest[partition] = max(newest.get(partition, 0), sequence)
    before, last, index = "", "", 0
    for expected, (sequence, event) in enumerate(sorted(seen.items()), 1):
        _, place, digest, _, (id_, cause, prevhash) = event
        demand(sequence == expected, f"{place}: sequence {expected} is missing before it")
        demand(prevhash == before, f"{place}: it does not follow the event before it")
        index = index + 1 if cause == last else 0
        before, last = digest, cause
        name = uuid.uuid5(uuid.UUID(complaint), f"{stage}|{sequence}|{cause}|{index}")
        demand(id_ == str(name), f"{place}: its id is not made from its cause")


def record_of(leaf: bytes) -> tuple[str, int, int, Any, Any]:
    """Topic, partition, offset, key and value of a leaf."""
    at = 2 + struct.unpack_from(">H", leaf)[0]
    topic, (partition, offset, _) = leaf[2:at].decode(), struct.unpack_from(">IQQ", leaf, at)
    key, at = nullable(leaf, at + 20)
    value, at = nullable(leaf, at)
    (count,), at = struct.unpack_from(">I", leaf, at), at + 4
    for _ in range(count):
        _, at = nullable(leaf, at + 4 + struct.unpack_from(">I", leaf, at)[0])
    demand(at == len(leaf), "a record is longer than it says")
    return topic, partition, offset, key, value


def nullable(leaf: bytes, at: int) -> tuple[bytes | None, int]:
    """The bytes behind an i32 length, or None, and where they end."""
    (size,) = struct.unpack_from(">i", leaf, at)
    end = at + 4 + max(size, 0)
    demand(size >= -1 and end <= len(leaf), "a record is cut")
    return None if size < 0 else leaf[at + 4 : end], end


def segment(folder: Path, name: str) -> Iterator[bytes]:
    """The leaves of a segment, whose hash and index are right."""
    content, at = (folder / "segments" / f"{name}.segment").read_bytes(), 0
    demand(hashlib.sha256(content).hexdigest() == name, f"segment {name}: another content")
    places, hashes = [], []
    while at < len(content):
        places.append(struct.pack(">Q", at))
        start = at + 4
        at = start + struct.unpack_from(">I", content, at)[0]
        demand(at <= len(content), f"segment {name}: it is cut")
        hashes.append(hashlib.sha256(b"\x00" + content[start:at]).digest())
        yield content[start:at]
    index = (folder / "segments" / f"{name}.index").read_bytes()
    demand(index == b"".join(places), f"segment {name}: another index")
    tiles = (folder / "segments" / f"{name}.tiles").read_bytes()
    demand(tiles == b"".join(rows_of(hashes)), f"segment {name}: other hashes")


def rows_of(row: list[bytes]) -> Iterator[bytes]:
    """Hashes, then the roots of each 256 of them, and of each 256 such roots."""
    while row:
        yield from row
        complete = range(0, len(row) - 255, 256)
        row = [half(row[at : at + 256]) for at in complete]


def half(row: list[bytes]) -> bytes:
    """The root of a row whose length is a power of two."""
    while len(row) > 1:
        pairs = zip(row[::2], row[1::2], strict=True)
        row = [hashlib.sha256(b"\x01" + one + other).digest() for one, other in pairs]
    return row[0]


def signers(folder: Path, file: Path | None) -> Keys:
    """Public keys by name and id, C2SP signed-note."""
    found: Keys = {}
    for one in [file] if file else sorted((folder / "keys").glob("*")):
        for line in filter(None, one.read_text("utf-8").splitlines()):
            name, id_, text = line.strip().split("+", 2)
            raw = base64.b64decode(text, validate=True)
            own = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
            demand(name and raw[:1] == b"\x01" and own.hex() == id_, "a key file holds no key")
            found[name, own] = Ed25519PublicKey.from_public_bytes(raw[1:])
    demand(found or not file, "the key file is empty")
    return found


def marks_of(folder: Path, keys: Keys) -> dict[int, bytes]:
    """The signed roots by size, C2SP tlog-checkpoint; all of one log."""
    found, origins = dict[int, bytes](), set[str]()
    for file in sorted((folder / "checkpoints").glob("*")):
        text, _, notes = file.read_bytes().decode().rpartition("\n\n")
        origin, count, root = text.split("\n")
        pairs = [note.removeprefix(DASH).rpartition(" ") for note in notes.split("\n")[:-1]]
        lines = "".join(f"{DASH}{name} {value}\n" for name, _, value in pairs)
        demand(pairs and lines == notes, f"{file.name}: no signed note")
        raws = [(name, base64.b64decode(value, validate=True)) for name, _, value in pairs]
        ours = [raw for name, raw in raws if name == origin and (name, raw[:4]) in keys]
        demand(ours, f"{file.name}: no known key signed it")
        keys[origin, ours[0][:4]].verify(ours[0][4:], f"{text}\n".encode())
        found[int(count)] = base64.b64decode(root, validate=True)
        same = (f"{int(count):020}.txt", base64.b64encode(found[int(count)]).decode())
        demand((file.name, root) == same and len(found[int(count)]) == 32, f"{file.name}: odd")  # noqa: PLR2004
        origins.add(origin)
    demand(len(origins) < 2, "checkpoints of different logs")  # noqa: PLR2004 - at most one log
    return found


def verify(folder: Path, file: Path | None) -> int:
    """How many leaves hold; the manifest must be the one that they make."""
    raw = (folder / "manifest.json").read_bytes()
    told, forest, segments = json.loads(raw), Forest(), []
    marks, log = marks_of(folder, signers(folder, file)), Log(told["partitions"])
    demand(marks or not file, "there is no checkpoint")
    for one in told["segments"]:
        before = forest.size
        for leaf in segment(folder, one["sha256"]):
            log.add(leaf)
            forest.add(leaf)
            if forest.size in marks:
                same = marks.pop(forest.size) == forest.root()
                demand(same, f"leaf {forest.size - 1} or one before it is not as it was signed")
        demand(0 < forest.size - before <= FULL, "a segment is empty or too long")
        segments.append({"sha256": one["sha256"], "first": before, "records": forest.size - before})
    demand(not any(marks), "a checkpoint is of a longer log")
    log.ended()
    made = {"size": forest.size, "root": forest.root().hex(), "partitions": log.partitions()}
    made |= {"segments": segments, "files": files_of(folder, told["files"])}
    made = {"format": "redress-export-2", "exported_at": told["exported_at"], **made}
    demand(TIME.fullmatch(told["exported_at"]), "the manifest holds no time")
    datetime.fromisoformat(told["exported_at"])
    demand((json.dumps(made, indent=1) + "\n").encode() == raw, "the manifest is not theirs")
    return forest.size


def files_of(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """The hash of each file that stands beside."""
    demand(all(map(BESIDE.fullmatch, names)), "the manifest names a file that is none")
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Verify an export of Redress.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--key", type=Path, help="trusted verifier keys, one a line")
    asked = parser.parse_args()
    try:
        sys.stdout.write(f"{verify(asked.folder, asked.key)} records hold\n")
    except FAULTS as fault:
        sys.exit(f"FAILED {fault if isinstance(fault, BrokenError) else type(fault).__name__}")
