"""An export on disk: one JSON Lines file per partition, and a manifest of their hashes.

A line is {"offset", "timestamp" (ms), "key", "value", "headers"}; key, value and header values
are base64 of the untouched bytes, or null.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.errors import UsageError

FORMAT = "redress-export-1"
MANIFEST = "manifest.json"


class BadExportError(Exception):
    """The export is not what it was; the message names the first bad record."""


@dataclass(frozen=True, slots=True)
class Line:
    """One exported record."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]

    @property
    def place(self) -> str:
        """Where it stood in the log: topic/partition/offset."""
        return f"{self.topic}/{self.partition}/{self.offset}"


def file_name(topic: str, partition: int) -> str:
    """The name of a partition's file inside the export."""
    return f"{topic}-{partition}.jsonl"


def line_of(record: Any) -> bytes:
    """One consumed record as a line."""
    return json.dumps(
        {
            "offset": record.offset,
            "timestamp": record.timestamp,
            "key": _text(record.key),
            "value": _text(record.value),
            "headers": [[name, _text(value)] for name, value in record.headers],
        }
    ).encode()


def manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest. Raises UsageError where the folder is no export."""
    try:
        found: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(
            "this is no complete export; make one with: redress audit export DIR"
        ) from error
    if found.get("format") != FORMAT:
        raise UsageError("the export is of another format; use the version that made it")
    return found


def lines(folder: Path, part: dict[str, Any]) -> Iterator[Line]:
    """The records of one partition. Raises BadExportError where the file is not the manifest's."""
    name = file_name(part["topic"], part["partition"])
    try:
        raw = (folder / name).read_bytes()
    except OSError as error:
        raise BadExportError(f"{name}: the file is missing") from error
    whole = hashlib.sha256(raw).hexdigest() == part["sha256"]
    expected = None
    for number, text in enumerate(raw.splitlines(), 1):
        try:
            line = _line(part, json.loads(text))
        except (KeyError, TypeError, ValueError) as error:
            raise BadExportError(f"{name}: line {number} cannot be read") from error
        if expected is not None and line.offset != expected:
            raise BadExportError(f"{line.place}: the record before it is missing")
        expected = line.offset + 1
        yield line
    if not whole:
        raise BadExportError(f"{name}: the file is not the one that was exported")


def _line(part: dict[str, Any], found: dict[str, Any]) -> Line:
    return Line(
        part["topic"],
        part["partition"],
        int(found["offset"]),
        int(found["timestamp"]),
        _bytes(found["key"]),
        _bytes(found["value"]),
        [(str(name), _bytes(value)) for name, value in found["headers"]],
    )


def _text(value: bytes | None) -> str | None:
    return None if value is None else base64.b64encode(bytes(value)).decode()


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text, validate=True)
