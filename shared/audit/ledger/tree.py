"""What the ledger's one document knows of its tree, and how a batch makes it grow. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.audit.leaves import LENGTH, SEGMENT, Record, encode
from shared.audit.merkle import Frontier, leaf_hash
from shared.audit.note import Checkpoint, Verifier
from shared.errors import UsageError

Place = tuple[str, int]


@dataclass(frozen=True)
class Signed:
    """The last signed checkpoint: its note, and the frontier of the tree that it names."""

    size: int
    hashes: tuple[bytes, ...]
    note: str


@dataclass(frozen=True)
class Tree:
    """A tree of `size` leaves.

    `offsets`: the next record to take of each (topic, partition). `open_bytes`: how much of the
    open segment belongs to the tree; what stands behind it was never counted.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()
    offsets: Mapping[Place, int] = field(default_factory=dict)
    open_bytes: int = 0
    signed: Signed | None = None

    @property
    def full(self) -> bool:
        """Whether the open segment has all its records and must be closed."""
        return self.open_bytes > 0 and self.size % SEGMENT == 0

    @property
    def room(self) -> int:
        """How many more records the open segment takes, once a full one is closed."""
        return SEGMENT - self.size % SEGMENT

    @property
    def closed_hashes(self) -> tuple[bytes, ...]:
        """The part of the frontier that the closed segments make; a segment is a whole subtree."""
        return self.hashes[: (self.size // SEGMENT).bit_count()]

    @property
    def unsigned(self) -> int:
        """How many leaves no checkpoint covers yet."""
        return self.size - (self.signed.size if self.signed else 0)

    def grown(self, records: Iterable[Record]) -> tuple[Tree, list[bytes]]:
        """The tree with these records as its next leaves, and their bytes."""
        frontier, offsets, raws = Frontier(self.size, self.hashes), dict(self.offsets), []
        for record in records:
            raws.append(encode(record))
            frontier.add(leaf_hash(raws[-1]))
            offsets[record.topic, record.partition] = record.offset + 1
        more = sum(LENGTH.size + len(raw) for raw in raws)
        return replace(
            self,
            size=frontier.size,
            hashes=frontier.hashes,
            offsets=offsets,
            open_bytes=self.open_bytes + more,
        ), raws

    def sealed(self) -> Tree:
        """The same tree when its full segment is closed."""
        return replace(self, open_bytes=0)


@dataclass(frozen=True)
class Signer:
    """Signs checkpoints of one log; `origin` is its name."""

    origin: str
    key: Ed25519PrivateKey

    @property
    def verifier(self) -> Verifier:
        """The public part."""
        return Verifier(self.origin, self.key.public_key().public_bytes_raw())

    def signed(self, tree: Tree, since: Iterable[bytes]) -> Tree:
        """The tree with a checkpoint of itself.

        `since` are the leaves that came after the last signed checkpoint, as the disk holds them.
        Raises UsageError where they do not lead from that checkpoint to this tree: nothing is
        signed then.
        """
        last = tree.signed
        frontier = Frontier(last.size, last.hashes) if last else Frontier()
        if last and Checkpoint.unchecked(last.note) != self._checkpoint(frontier):
            raise UsageError("the last checkpoint is not of this ledger; nothing is signed")
        for raw in since:
            frontier.add(leaf_hash(raw))
        if (frontier.size, frontier.hashes) != (tree.size, tree.hashes):
            raise UsageError("the tree does not continue the last checkpoint; nothing is signed")
        note = self._checkpoint(frontier).signed(self.key)
        return replace(tree, signed=Signed(tree.size, tree.hashes, note))

    def _checkpoint(self, frontier: Frontier) -> Checkpoint:
        return Checkpoint(self.origin, frontier.size, frontier.root())


def row_of(tree: Tree) -> dict[str, Any]:
    """A tree as fields of a document."""
    signed = tree.signed
    return {
        "size": tree.size,
        "frontier": list(tree.hashes),
        "offsets": [[*place, offset] for place, offset in sorted(tree.offsets.items())],
        "open_bytes": tree.open_bytes,
        "signed": signed
        and {"size": signed.size, "frontier": list(signed.hashes), "note": signed.note},
    }


def tree_of(row: Mapping[str, Any]) -> Tree:
    """A tree from the fields of a document; a new one has none."""
    if "size" not in row:
        return Tree()
    signed = row["signed"]
    return Tree(
        size=row["size"],
        hashes=_hashes(row["frontier"]),
        offsets={(topic, partition): offset for topic, partition, offset in row["offsets"]},
        open_bytes=row["open_bytes"],
        signed=Signed(signed["size"], _hashes(signed["frontier"]), signed["note"])
        if signed
        else None,
    )


def _hashes(found: Sequence[bytes]) -> tuple[bytes, ...]:
    return tuple(bytes(one) for one in found)
