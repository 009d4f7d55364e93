"""The Merkle tree of RFC 6962: roots, inclusion and consistency proofs. Pure.

A hash is 32 bytes. `Nodes` gives the hash of a complete subtree: `nodes(level, index)` covers the
leaves `index << level` to `((index + 1) << level) - 1`; level 0 is a leaf hash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

Nodes = Callable[[int, int], bytes]
EMPTY = sha256(b"").digest()


def leaf_hash(record: bytes) -> bytes:
    """The hash of one leaf, RFC 6962 2.1."""
    return sha256(b"\x00" + record).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees, RFC 6962 2.1."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree that only grows: the roots of its complete subtrees, the largest first.

    At most 64 hashes, whatever the size. Raises ValueError where the hashes do not fit the size.
    """

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size = size
        self._roots = list(hashes)
        if len(self._roots) != size.bit_count() or any(len(h) != len(EMPTY) for h in self._roots):
            raise ValueError("the hashes do not belong to a tree of this size")

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """What a new `Frontier` of the same size needs."""
        return tuple(self._roots)

    def add(self, leaf: bytes) -> None:
        """Append a leaf's hash."""
        size, found, roots = self.size, leaf, self._roots
        while size & 1:
            found = sha256(b"\x01" + roots.pop() + found).digest()
            size >>= 1
        roots.append(found)
        self.size += 1

    def root(self) -> bytes:
        """The root, RFC 6962 2.1; of no leaves it is the hash of nothing."""
        if not self._roots:
            return EMPTY
        *rest, found = self._roots
        for left in reversed(rest):
            found = node_hash(left, found)
        return found


class Levels:
    """The hashes of every complete subtree, kept in memory: 64 bytes for each leaf."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        for leaf in leaves:
            self.add(leaf)

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return len(self._levels[0])

    def add(self, leaf: bytes) -> None:
        """Append a leaf's hash."""
        level, found = 0, leaf
        while True:
            if level == len(self._levels):
                self._levels.append([])
            row = self._levels[level]
            row.append(found)
            if len(row) % 2:
                return
            level, found = level + 1, node_hash(row[-2], row[-1])

    def __call__(self, level: int, index: int) -> bytes:
        """The hash of one complete subtree. Raises IndexError where there is none."""
        return self._levels[level][index]


def root(size: int, nodes: Nodes) -> bytes:
    """The root of the first `size` leaves."""
    return _subtree(0, size, nodes) if size else EMPTY


def inclusion(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """The audit path of a leaf, the lowest first, RFC 6962 2.1.1.

    Raises ValueError where the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError("the tree has no such leaf")
    path, begin, end = [], 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(_subtree(middle, end, nodes))
            end = middle
        else:
            path.append(_subtree(begin, middle, nodes))
            begin = middle
    return path[::-1]


def consistency(old: int, size: int, nodes: Nodes) -> list[bytes]:
    """The proof that a tree of `old` leaves is the beginning of this one, RFC 6962 2.1.2.

    Raises ValueError where `old` is no earlier size.
    """
    if not 0 < old <= size:
        raise ValueError("there was no such tree")
    path, begin, end, whole = [], 0, size, True
    while end != old:
        middle = begin + _split(end - begin)
        if old <= middle:
            path.append(_subtree(middle, end, nodes))
            end = middle
        else:
            path.append(_subtree(begin, middle, nodes))
            begin, whole = middle, False
    if not whole:
        path.append(_subtree(begin, end, nodes))
    return path[::-1]


def included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root_: bytes) -> bool:
    """Whether the path leads from the leaf to the root, RFC 9162 2.1.3.2."""
    sides = _sides(index, size - 1, path) if 0 <= index < size else None
    if sides is None:
        return False
    found = leaf
    for step, left in sides:
        found = node_hash(step, found) if left else node_hash(found, step)
    return found == root_


def consistent(
    old: int, size: int, path: Sequence[bytes], old_root: bytes, new_root: bytes
) -> bool:
    """Whether the path shows the old tree inside the new one, RFC 9162 2.1.4.2."""
    if not 0 < old < size:
        return old == size > 0 and not path and old_root == new_root
    # A complete old tree is the first step itself.
    first, *rest = [old_root, *path] if old.bit_count() == 1 else path or [EMPTY]
    level = (old & -old).bit_length() - 1
    sides = _sides((old - 1) >> level, (size - 1) >> level, rest)
    if sides is None:
        return False
    before = after = first
    for step, left in sides:
        before = node_hash(step, before) if left else before
        after = node_hash(step, after) if left else node_hash(after, step)
    return before == old_root and after == new_root


def _sides(node: int, last: int, path: Sequence[bytes]) -> list[tuple[bytes, bool]] | None:
    """Each step with whether it stands on the left; None where the path has another length."""
    sides = []
    for step in path:
        if last == 0:
            return None
        left = bool(node & 1) or node == last
        while left and not node & 1 and node:
            node, last = node >> 1, last >> 1
        sides.append((step, left))
        node, last = node >> 1, last >> 1
    return sides if last == 0 else None


def _split(count: int) -> int:
    return 1 << ((count - 1).bit_length() - 1)


def _subtree(begin: int, end: int, nodes: Nodes) -> bytes:
    count = end - begin
    if count.bit_count() == 1:
        level = count.bit_length() - 1
        return nodes(level, begin >> level)
    middle = begin + _split(count)
    return node_hash(_subtree(begin, middle, nodes), _subtree(middle, end, nodes))
