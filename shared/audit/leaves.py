"""The records that are the leaves of the tree, and the segment files that hold them.

A record, big endian: u16 and topic, u32 partition, u64 offset, u64 timestamp in ms, i32 and key,
i32 and value, u32 number of headers, each u32 and name, i32 and value; a length of -1 is null.
A segment is its records, each behind its u32 length; its index holds each record's u64 place.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import IO, NamedTuple

SEGMENT = 65_536
LENGTH = struct.Struct(">I")
PLACE = struct.Struct(">Q")
_SHORT = struct.Struct(">H")
_SIGNED = struct.Struct(">i")
_HEAD = struct.Struct(">IQQ")
_PLACE = struct.Struct(">IQ")
_TIME = struct.Struct(">Q")
NULL = -1


class BadRecordError(Exception):
    """A record that is no record, or a segment that is cut."""


class Record(NamedTuple):
    """One record of a topic, with its untouched bytes; `timestamp` is in milliseconds."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]

    @property
    def place(self) -> str:
        """Where it stands, as messages name it."""
        return f"{self.topic}/{self.partition}/{self.offset}"


def encode(record: Record) -> bytes:
    """The bytes whose hash is the leaf."""
    parts = [
        head(record.topic, record.partition, record.offset),
        _TIME.pack(max(record.timestamp, 0)),
        _nullable(record.key),
        _nullable(record.value),
        LENGTH.pack(len(record.headers)),
    ]
    for name, value in record.headers:
        raw = name.encode("utf-8", "surrogateescape")
        parts += [LENGTH.pack(len(raw)), raw, _nullable(value)]
    return b"".join(parts)


def head(topic: str, partition: int, offset: int) -> bytes:
    """The first bytes of the record at a place, which no other record has. Raises struct.error."""
    name = topic.encode()
    return _SHORT.pack(len(name)) + name + _PLACE.pack(partition, offset)


def decode(raw: bytes) -> Record:
    """A record from its bytes. Raises BadRecordError."""
    try:
        return _decoded(raw)
    except (struct.error, UnicodeDecodeError) as error:
        raise BadRecordError("this is no record") from error


def _decoded(raw: bytes) -> Record:
    topic, at = _sized(raw, 0, _SHORT)
    partition, offset, timestamp = _HEAD.unpack_from(raw, at)
    key, at = _long(raw, at + _HEAD.size)
    value, at = _long(raw, at)
    (count,) = LENGTH.unpack_from(raw, at)
    at += LENGTH.size
    headers = []
    for _ in range(count):
        name, at = _sized(raw, at, LENGTH)
        content, at = _long(raw, at)
        headers.append((name.decode("utf-8", "surrogateescape"), content))
    if at != len(raw):
        raise BadRecordError("this is no record")
    return Record(topic.decode(), partition, offset, timestamp, key, value, tuple(headers))


def framed(records: Iterable[bytes]) -> bytes:
    """Records as a segment holds them."""
    return b"".join(LENGTH.pack(len(raw)) + raw for raw in records)


def records(segment: IO[bytes]) -> Iterator[bytes]:
    """The records of a segment, from where it is read. Raises BadRecordError where it is cut."""
    while head := segment.read(LENGTH.size):
        if len(head) != LENGTH.size:
            raise BadRecordError("the segment is cut")
        (length,) = LENGTH.unpack(head)
        raw = segment.read(length)
        if len(raw) != length:
            raise BadRecordError("the segment is cut")
        yield raw


def places(records_: Iterable[bytes]) -> bytes:
    """The index of a segment that holds these records."""
    found, at = [], 0
    for raw in records_:
        found.append(PLACE.pack(at))
        at += LENGTH.size + len(raw)
    return b"".join(found)


def record_at(segment: IO[bytes], index: IO[bytes], number: int) -> bytes:
    """The bytes of one record of a segment. Raises BadRecordError where it has none such."""
    index.seek(number * PLACE.size)
    raw = index.read(PLACE.size)
    if len(raw) != PLACE.size:
        raise BadRecordError("the segment has no such record")
    segment.seek(*PLACE.unpack(raw))
    found = next(records(segment), None)
    if found is None:
        raise BadRecordError("the segment has no such record")
    return found


def _nullable(raw: bytes | None) -> bytes:
    return _SIGNED.pack(NULL) if raw is None else _SIGNED.pack(len(raw)) + raw


def _sized(raw: bytes, at: int, length: struct.Struct) -> tuple[bytes, int]:
    return _taken(raw, at + length.size, *length.unpack_from(raw, at))


def _long(raw: bytes, at: int) -> tuple[bytes | None, int]:
    (length,) = _SIGNED.unpack_from(raw, at)
    if length < 0:
        if length != NULL:
            raise BadRecordError("this is no record")
        return None, at + _SIGNED.size
    return _taken(raw, at + _SIGNED.size, length)


def _taken(raw: bytes, at: int, length: int) -> tuple[bytes, int]:
    end = at + length
    if end > len(raw):
        raise BadRecordError("this is no record")
    return raw[at:end], end
