"""The records of an export: one JSON Lines file per partition.

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
from typing import Annotated, Any

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shared.pipeline import topics

TOPICS = frozenset(topics())


class BadExportError(Exception):
    """The export is not what it was; the message names the first bad record."""


def _ours(topic: str) -> str:
    if topic not in TOPICS:
        raise ValueError("not a topic of the installation")
    return topic


class Part(BaseModel):
    """One partition as the manifest knows it; `first` is the offset of its first record.

    The topic becomes part of a path, so it is one of ours or the manifest is refused.
    """

    model_config = ConfigDict(frozen=True, strict=True)

    topic: Annotated[str, AfterValidator(_ours)]
    partition: int = Field(ge=0)
    first: int = Field(ge=0)
    records: int = Field(ge=0)
    sha256: str

    @property
    def file(self) -> str:
        """The name of its file inside the export."""
        return file_name(self.topic, self.partition)


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
    """The name of a partition's file inside an export."""
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


def lines(folder: Path, part: Part) -> Iterator[Line]:
    """The records of one partition. Raises BadExportError where one is missing or unreadable."""
    expected = part.first
    for number, text in enumerate(_raw(folder, part).splitlines(), 1):
        try:
            line = _line(part, orjson.loads(text))
        except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as error:
            raise BadExportError(f"{part.file}: line {number} cannot be read") from error
        if line.offset != expected:
            raise BadExportError(f"{line.place}: offset {expected} should stand here")
        expected += 1
        yield line


def check_whole(folder: Path, part: Part) -> None:
    """Raises BadExportError where the file is not the one that the manifest knows."""
    raw = _raw(folder, part)
    if (found := len(raw.splitlines())) != part.records:
        raise BadExportError(f"{part.file}: {found} records instead of {part.records}")
    if hashlib.sha256(raw).hexdigest() != part.sha256:
        raise BadExportError(f"{part.file}: the file is not the one that was exported")


def _raw(folder: Path, part: Part) -> bytes:
    try:
        return (folder / part.file).read_bytes()
    except OSError as error:
        raise BadExportError(f"{part.file}: the file is missing") from error


def _line(part: Part, found: dict[str, Any]) -> Line:
    return Line(
        part.topic,
        part.partition,
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
