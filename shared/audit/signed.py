"""What was signed of an export: its checkpoints, and whether its leaves are those they tell of."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from shared.audit.manifest import BadExportError, Manifest
from shared.audit.merkle import Frontier, leaf_hash
from shared.audit.note import BadNoteError, Checkpoint, Verifier
from shared.audit.tiles import tiles
from shared.errors import UsageError

FOLDER, KEYS = "checkpoints", "keys"
DIGITS = 20


class Tree:
    """The tree grown again from the leaves, compared with every checkpoint on the way.

    `tiles` are the sha256 of what must lie beside each segment that was read to its end.
    """

    def __init__(self, manifest: Manifest, checkpoints: Sequence[Checkpoint]) -> None:
        self.fault: str | None = None
        self._frontier, self._root = Frontier(), manifest.root
        self._left = list(reversed(checkpoints))
        self._held = 0
        self.tiles: list[str] = []
        self._hashes: list[bytes] = []
        self._segments = manifest.segments

    def add(self, raw: bytes) -> None:
        """Take the next leaf's bytes."""
        found = leaf_hash(raw)
        self._frontier.add(found)
        self._hashes.append(found)
        if len(self._hashes) == self._segments[len(self.tiles)].records:
            self.tiles.append(sha256(tiles(self._hashes)).hexdigest())
            self._hashes = []
        if self._left and self._left[-1].size == self._frontier.size:
            self._compare(self._left.pop())

    def ended(self) -> str | None:
        """The first fault, where there is one."""
        if self._frontier.root().hex() != self._root:
            self.fault = self.fault or "the leaves do not make the root that the manifest names"
        return self.fault

    def _compare(self, checkpoint: Checkpoint) -> None:
        if self.fault is None and self._frontier.root() != checkpoint.root:
            last = checkpoint.size - 1
            self.fault = f"leaves {self._held} to {last} are not those that were signed"
        self._held = checkpoint.size


def path_of(folder: Path, size: int) -> Path:
    """Where the checkpoint of a size stands."""
    return folder / FOLDER / f"{size:0{DIGITS}}.txt"


def keys(folder: Path, file: Path | None) -> list[Verifier]:
    """The keys of a file, or without one those that the export brings. Raises UsageError."""
    files = [file] if file else sorted((folder / KEYS).glob("*"))
    try:
        texts = [one.read_text("utf-8") for one in files]
        found = [Verifier.read(line) for text in texts for line in text.splitlines() if line]
    except (OSError, UnicodeDecodeError, BadNoteError) as error:
        raise UsageError("a key file holds lines of the form name+id+key, and no other") from error
    if file and not found:
        raise UsageError("the key file is empty")
    return found


def checkpoints(folder: Path, size: int, trusted: Sequence[Verifier]) -> list[Checkpoint]:
    """Every checkpoint of an export by size, each signed by one of the keys.

    Raises BadExportError where one is not, or is of another log or of a longer one.
    """
    files = sorted((folder / FOLDER).glob("*"))
    found = [_checkpoint(file, trusted) for file in files]
    for checkpoint, file in zip(found, files, strict=True):
        _check(file, checkpoint, size, found[0].origin)
    return [one for one in found if one.size]


def newest(folder: Path, size: int, trusted: Sequence[Verifier]) -> Checkpoint | None:
    """The newest checkpoint alone, signed by one of the keys. Raises BadExportError."""
    file = max((folder / FOLDER).glob("*"), default=None)
    if file is None:
        return None
    found = _checkpoint(file, trusted)
    _check(file, found, size, found.origin)
    return found if found.size else None


def _check(file: Path, checkpoint: Checkpoint, size: int, origin: str) -> None:
    if file.name != f"{checkpoint.size:0{DIGITS}}.txt":
        raise BadExportError(f"{FOLDER}/{file.name}: it is of another size")
    if checkpoint.size > size:
        raise BadExportError(f"{FOLDER}/{file.name}: the export has {size} leaves only")
    if checkpoint.origin != origin:
        raise BadExportError(f"{FOLDER}/{file.name}: it is of another log")


def _checkpoint(file: Path, trusted: Sequence[Verifier]) -> Checkpoint:
    last: Exception = BadNoteError("no key is known that could have signed it")
    try:
        note = file.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise BadExportError(f"{FOLDER}/{file.name}: it cannot be read") from error
    for verifier in trusted:
        try:
            return Checkpoint.read(note, verifier)
        except BadNoteError as error:
            last = error
    raise BadExportError(f"{FOLDER}/{file.name}: {last}") from last
