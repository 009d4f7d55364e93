"""The hashes of a segment's tree beside it, so that a proof reads a few and makes none anew.

The file holds the hash of each leaf, then the root of each 256 leaves, then that of each 256 such
roots: the full rows of the tiles of C2SP tlog-tiles, segment by segment. Nobody believes them: a
proof is checked with the record and the signed root, and `verify` makes them anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from shared.audit.leaves import SEGMENT
from shared.audit.manifest import BadExportError, Segment
from shared.audit.merkle import EMPTY, Levels

SUFFIX = ".tiles"
WIDTH = 256
HEIGHT = 8
"""Of one tile: 256 hashes have 8 levels above them, and two tiles are a full segment."""
OF_SEGMENT = 2 * HEIGHT
FULL = (SEGMENT + WIDTH + 1) * len(EMPTY)
"""The bytes of the file of a full segment."""


def tiles(leaves: Sequence[bytes]) -> bytes:
    """The file of a segment with these leaf hashes."""
    found, row = list(leaves), list(leaves)
    while len(row) >= WIDTH:
        complete = range(0, len(row) - WIDTH + 1, WIDTH)
        row = [Levels(row[at : at + WIDTH])(HEIGHT, 0) for at in complete]
        found += row
    return b"".join(found)


class Tiles:
    """`merkle.Nodes` out of the files of an export.

    Raises BadExportError where one is missing or cut.
    """

    def __init__(self, files: Sequence[Path], segments: Sequence[Segment]) -> None:
        if any(segment.first % SEGMENT for segment in segments):
            raise BadExportError("a segment before the last one is not full")
        self._files, self._segments = files, segments
        self._tile = lru_cache(64)(self._read)
        full = (n for n, segment in enumerate(segments) if segment.records == SEGMENT)
        self._roots = Levels(self._hashes(n, SEGMENT + WIDTH, 1)[0] for n in full)

    def __call__(self, level: int, index: int) -> bytes:
        """The hash of one complete subtree. Raises IndexError where there is none."""
        if level >= OF_SEGMENT:
            return self._roots(level - OF_SEGMENT, index)
        number, leaf = divmod(index << level, SEGMENT)
        if level >= HEIGHT:
            return self._tile(number, None)(level - HEIGHT, leaf >> level)
        return self._tile(number, leaf // WIDTH)(level, leaf % WIDTH >> level)

    def _read(self, number: int, tile: int | None) -> Levels:
        """The tile of 256 leaves, or of the roots of all such tiles of a segment."""
        count = self._segments[number].records
        if tile is None:
            return Levels(self._hashes(number, count, count // WIDTH))
        first = tile * WIDTH
        return Levels(self._hashes(number, first, min(WIDTH, count - first)))

    def _hashes(self, number: int, first: int, count: int) -> list[bytes]:
        size = len(EMPTY)
        try:
            with self._files[number].open("rb") as file:
                file.seek(first * size)
                raw = file.read(count * size)
        except OSError as error:
            raise BadExportError("the hashes of a segment are missing") from error
        if len(raw) != count * size:
            raise BadExportError("the hashes of a segment are cut")
        return [raw[at : at + size] for at in range(0, len(raw), size)]
