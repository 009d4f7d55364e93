"""The folder of a ledger: closed segments, the open one, checkpoints, keys.

`manifest.json` lists the closed segments in the order of their leaves. What stands in
`open.segment` behind the length that the tree's document knows was never counted, and goes.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO

from pydantic import ValidationError

from shared.audit import leaves
from shared.audit.leaves import LENGTH, PLACE, SEGMENT
from shared.audit.ledger.disk import put, settle
from shared.audit.ledger.listing import Listing, Segment, described
from shared.audit.ledger.tree import Tree
from shared.audit.merkle import Frontier, leaf_hash
from shared.audit.note import Verifier
from shared.audit.tiles import FULL, SUFFIX
from shared.errors import TransientError, UsageError

BEHIND = "the ledger's folder is not the one that the database knows"


class Folder:
    """The files of one ledger. Every call may raise OSError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.open = path / "open.segment"
        self.manifest = path / "manifest.json"
        self.checkpoints = path / "checkpoints"
        self.segments: list[Segment] = []
        self._places: list[int] = []
        self._lock: IO[str] | None = None

    def claim(self) -> None:
        """Keep every other writer out. Raises TransientError while there is one."""
        self.checkpoints.mkdir(parents=True, exist_ok=True)
        (self.path / "keys").mkdir(exist_ok=True)
        lock = (self.path / "writer.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise TransientError("another writer holds the ledger's folder") from error
        self._lock = lock

    def know(self, verifier: Verifier) -> None:
        """Keep the public part of the key that signs; those before it stay."""
        put(self.path / "keys" / f"{verifier.id.hex()}.vkey", f"{verifier}\n".encode())

    def leave(self) -> None:
        """Let another writer in."""
        if self._lock:
            self._lock.close()
            self._lock = None

    def resume(self, tree: Tree) -> Tree:
        """Bring the folder to what the tree knows. Raises UsageError where it cannot be.

        A full segment is closed, a torn tail cut off; every leaf of the open segment is read.
        """
        self.segments = self._listed()
        newest = self.newest()
        if newest and int(newest.stem) > (tree.signed.size if tree.signed else 0):
            raise UsageError(f"{BEHIND}: a checkpoint of {int(newest.stem)} leaves is signed")
        if tree.full:
            tree = self.close(tree)
        self._check_closed(tree)
        self._check_open(tree)
        return tree

    def append(self, tree: Tree, raws: Sequence[bytes]) -> None:
        """Write records behind the tree's own, and wait until the disk has them."""
        at = tree.open_bytes
        for raw in raws:
            self._places.append(at)
            at += LENGTH.size + len(raw)
        with self.open.open("r+b" if self.open.exists() else "wb") as out:
            out.seek(tree.open_bytes)
            out.write(leaves.framed(raws))
            out.flush()
            os.fsync(out.fileno())
        if not tree.open_bytes:
            settle(self.path)

    def close(self, tree: Tree) -> Tree:
        """Give a full segment its name. A second time nothing is left to do.

        The manifest goes first: a name in it without its file is the file still open.
        """
        if self.open.exists():
            self._cut(tree.open_bytes)
            segment, index, hashes = described(self.open)
            put(self.path / f"{segment.sha256}.index", index)
            put(self.path / f"{segment.sha256}{SUFFIX}", hashes)
            self.segments = [*self.segments[: tree.size // SEGMENT - 1], segment]
            listing = Listing(segments=self.segments).model_dump_json(indent=1)
            put(self.manifest, listing.encode())
            self.open.replace(self.path / f"{segment.sha256}.segment")
            settle(self.path)
        self._places = []
        return tree.sealed()

    def raws(self, begin: int, end: int) -> Iterator[bytes]:
        """The leaves from `begin` to before `end`, as the disk holds them."""
        while begin < end:
            number, first = divmod(begin, SEGMENT)
            stop = min(end, (number + 1) * SEGMENT)
            with self._file(number).open("rb") as segment:
                segment.seek(self._place(number, first))
                yield from islice(_read(segment), stop - begin)
            begin = stop

    def every(self) -> Iterator[bytes]:
        """All leaves that stand on the disk, counted by a tree or not."""
        self.segments = self._listed()
        for number in range(len(self.segments)):
            with self._file(number).open("rb") as segment:
                yield from _read(segment)
        yield from self._opened()

    def newest(self) -> Path | None:
        """The file of the newest checkpoint."""
        return max(self.checkpoints.glob("*.txt"), default=None)

    def checkpoint(self, size: int) -> Path:
        """Where the checkpoint of a size stands."""
        return self.checkpoints / f"{size:020}.txt"

    def _listed(self) -> list[Segment]:
        try:
            return Listing.model_validate_json(self.manifest.read_bytes()).segments
        except FileNotFoundError:
            return []
        except ValidationError as error:
            raise UsageError(f"{BEHIND}: manifest.json cannot be read") from error

    def _check_closed(self, tree: Tree) -> None:
        frontier = Frontier()
        for segment in self.segments:
            frontier.add(bytes.fromhex(segment.root))
            file = self.path / f"{segment.sha256}.segment"
            sizes = [_size(file.with_suffix(one)) for one in (".segment", ".index", SUFFIX)]
            if sizes != [segment.bytes, SEGMENT * PLACE.size, FULL]:
                raise UsageError(f"{BEHIND}: {file.name} or what lies beside it is missing or cut")
        if (frontier.size, frontier.hashes) != (tree.size // SEGMENT, tree.closed_hashes):
            raise UsageError(f"{BEHIND}: manifest.json does not list its segments")

    def _check_open(self, tree: Tree) -> None:
        if _size(self.open) < tree.open_bytes:
            raise UsageError(f"{BEHIND}: open.segment is missing or cut")
        self._cut(tree.open_bytes)
        frontier, at = Frontier(), 0
        self._places = []
        for raw in self._opened():
            frontier.add(leaf_hash(raw))
            self._places.append(at)
            at += LENGTH.size + len(raw)
        if frontier.hashes != tree.hashes[len(tree.closed_hashes) :]:
            raise UsageError(f"{BEHIND}: the records of open.segment are others")

    def _cut(self, length: int) -> None:
        if _size(self.open) > length:
            with self.open.open("r+b") as file:
                file.truncate(length)
                os.fsync(file.fileno())

    def _opened(self) -> Iterator[bytes]:
        if self.open.exists():
            with self.open.open("rb") as file:
                yield from _read(file)

    def _file(self, number: int) -> Path:
        if number < len(self.segments):
            return self.path / f"{self.segments[number].sha256}.segment"
        return self.open

    def _place(self, number: int, first: int) -> int:
        if number >= len(self.segments):
            return self._places[first]
        with self._file(number).with_suffix(".index").open("rb") as index:
            index.seek(first * PLACE.size)
            found: int = PLACE.unpack(index.read(PLACE.size))[0]
        return found


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _read(segment: IO[bytes]) -> Iterator[bytes]:
    try:
        yield from leaves.records(segment)
    except leaves.BadRecordError as error:
        raise UsageError(f"{BEHIND}: a segment cannot be read") from error
