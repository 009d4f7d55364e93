"""The ledger's document, from the files that it wrote."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from shared.audit import leaves
from shared.audit.ledger.document import ID, TreeDocument
from shared.audit.ledger.folder import Folder
from shared.audit.ledger.tree import Signed, Tree, row_of
from shared.audit.merkle import Frontier
from shared.audit.note import BadNoteError, Checkpoint
from shared.errors import UsageError
from shared.runner.away import away

BLOCK = 1000


def tree_in(path: Path) -> Tree:
    """The tree that a ledger's folder holds. Raises UsageError where it is not whole."""
    folder = Folder(path)
    newest = folder.newest()
    note = newest.read_text("utf-8") if newest else ""
    size = int(newest.stem) if newest else 0
    tree = Tree()
    for raws in _blocks(folder, size):
        tree, _ = tree.grown([leaves.decode(raw) for raw in raws])
        if tree.size == size:
            tree = _signed(tree, note)
        if tree.full and tree.size // leaves.SEGMENT <= len(folder.segments):
            tree = tree.sealed()
    if tree.size < size:
        raise UsageError(f"the folder holds {tree.size} leaves, and {size} are signed")
    return tree


def _blocks(folder: Folder, signed: int) -> Iterator[list[bytes]]:
    """Never over the end of a segment, nor over what the newest checkpoint covers."""
    at, raws = 0, folder.every()
    while True:
        stops = [at + BLOCK, (at // leaves.SEGMENT + 1) * leaves.SEGMENT]
        stops += [signed] if signed > at else []
        block = list(islice(raws, min(stops) - at))
        if not block:
            return
        at += len(block)
        yield block


def _signed(tree: Tree, note: str) -> Tree:
    try:
        checkpoint = Checkpoint.unchecked(note)
    except BadNoteError:
        raise UsageError("the newest checkpoint cannot be read") from None
    frontier = Frontier(tree.size, tree.hashes)
    if (checkpoint.size, checkpoint.root) != (frontier.size, frontier.root()):
        raise UsageError("the newest checkpoint is not of these records")
    signed = Signed(tree.size, tree.hashes, note)
    return Tree(tree.size, tree.hashes, tree.offsets, tree.open_bytes, signed)


async def fill_ledger(tree: Tree, database: Any) -> None:
    """Write the document; the lease is free. Raises TransientError."""
    await TreeDocument(database).prepare()
    with away():
        await database["ledger"].update_one({"_id": ID}, {"$set": row_of(tree)})
