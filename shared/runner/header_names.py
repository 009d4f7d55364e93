"""Records whose header names are no UTF-8 are read all the same.

Kafka's protocol has names as strings (KIP-82), but no broker looks at them. aiokafka decodes them
strictly: before one such record its consumer would stand for ever, with all that is behind it.
Only a batch that holds one is read a second time, by the library's own reader in Python.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords

_LENGTH_AT, _OVERHEAD = 8, 12  # of a batch: its first offset, then its length


def read_any_name() -> None:
    """Let every consumer of this process read such records; odd bytes are written as escapes."""
    fetcher.MemoryRecords = _Fetched


class _Fetched:
    """What was fetched of a partition, batch by batch."""

    def __init__(self, raw: bytes) -> None:
        self._records = MemoryRecords(raw)
        self._raw, self._at = memoryview(raw), 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)

    def next_batch(self) -> _Batch | None:
        batch = self._records.next_batch()
        if batch is None:
            return None
        (length,) = struct.unpack_from(">i", self._raw, self._at + _LENGTH_AT)
        start, self._at = self._at, self._at + _OVERHEAD + length
        return _Batch(batch, self._raw[start : self._at])


class _Batch:
    """A batch; `raw` are its bytes."""

    def __init__(self, batch: Any, raw: memoryview) -> None:
        self._batch, self._raw = batch, raw

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __iter__(self) -> Iterator[Any]:
        try:
            return iter(list(self._batch))
        except UnicodeDecodeError:
            again = _DefaultRecordBatchPy(self._raw)
            again._maybe_uncompress()  # noqa: SLF001 - pinned below 0.15; a test reads such records
            again._buffer = _Names(again._buffer)  # noqa: SLF001
            return iter(list(again))


class _Names(bytearray):
    """Bytes that are decoded without an error; only names are."""

    def __getitem__(self, at: Any) -> Any:
        found = super().__getitem__(at)
        return _Names(found) if isinstance(at, slice) else found

    def decode(self, *_: Any) -> str:
        return bytes(self).decode("utf-8", "backslashreplace")
