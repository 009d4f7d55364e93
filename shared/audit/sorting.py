"""Sorting more rows than memory holds: sorted runs on disk, merged while they are read."""

from __future__ import annotations

import heapq
import marshal
import tempfile
from collections.abc import Iterator
from typing import IO, Any, Self

RUN_ROWS, RUN_BYTES = 40_000, 32 * 1024 * 1024
BLOCK = 500


class Runs:
    """Rows are tuples of plain values that differ from each other; disk space as in `TMPDIR`."""

    def __init__(self) -> None:
        self._rows: list[tuple[Any, ...]] = []
        self._bytes = 0
        self._files: list[IO[bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files:
            file.close()

    def add(self, row: tuple[Any, ...], weight: int = 0) -> None:
        """Take a row; `weight` is about how many bytes it holds beside its fields."""
        self._rows.append(row)
        self._bytes += weight
        if len(self._rows) >= RUN_ROWS or self._bytes >= RUN_BYTES:
            self._spill()

    def sorted(self) -> Iterator[tuple[Any, ...]]:
        """All rows in order; may be asked again when the iterator before it is done with."""
        self._rows.sort()
        return heapq.merge(*map(_read, self._files), self._rows)

    def _spill(self) -> None:
        self._rows.sort()
        file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the runs
        self._files.append(file)
        for start in range(0, len(self._rows), BLOCK):
            marshal.dump(self._rows[start : start + BLOCK], file)
        self._rows, self._bytes = [], 0


def _read(file: IO[bytes]) -> Iterator[tuple[Any, ...]]:
    file.seek(0, 2)
    end = file.tell()
    file.seek(0)
    at = 0
    while at < end:
        file.seek(at)
        block = marshal.load(file)  # noqa: S302 - only what this process wrote a moment ago
        at = file.tell()
        yield from block
