"""What came into the log after a checkpoint that an auditor kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from shared.audit import signed
from shared.audit.leaves import Record
from shared.audit.manifest import BadExportError
from shared.audit.manifest import read as read_manifest
from shared.audit.merkle import Frontier, leaf_hash
from shared.audit.note import BadNoteError
from shared.audit.proofs import checkpoint_of
from shared.audit.records import scan


def since(folder: Path, note: str, key: Path | None) -> Iterator[tuple[int, Record]]:
    """Every later record with its leaf, after the leaves before it were found to be those signed.

    `key` is a file of trusted keys, else those of the export count. Raises UsageError,
    BadExportError also where the export does not continue the checkpoint.
    """
    manifest = read_manifest(folder)
    try:
        kept = checkpoint_of(note, signed.keys(folder, key))
    except BadNoteError as error:
        raise BadExportError(f"the checkpoint: {error}") from error
    if kept.size > manifest.size:
        raise BadExportError(f"the checkpoint is of {kept.size} records, the export of fewer")
    tree = Frontier()
    for leaf, (raw, record) in enumerate(scan(folder, manifest)):
        if leaf == kept.size:
            _check(tree, kept.root)
        if leaf < kept.size:
            tree.add(leaf_hash(raw))
        else:
            yield leaf, record
    if kept.size == manifest.size:
        _check(tree, kept.root)


def _check(tree: Frontier, root: bytes) -> None:
    if tree.root() != root:
        raise BadExportError("the export does not continue the checkpoint: another log, or changed")
