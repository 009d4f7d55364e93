"""The Merkle tree against the published vectors of RFC 6962 and against its own definition."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.audit import merkle
from shared.audit.merkle import Frontier, Levels, leaf_hash, node_hash

INPUTS = tuple(
    map(
        bytes.fromhex,
        (
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ),
    )
)
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
SIZES = st.integers(1, 140)


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(count)]


def defined(hashes: list[bytes]) -> bytes:
    """RFC 6962 2.1, word for word."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return node_hash(defined(hashes[:split]), defined(hashes[split:]))


@pytest.mark.parametrize("size", range(9))
def test_the_published_roots_are_met(size: int) -> None:
    tree = Levels(map(leaf_hash, INPUTS))
    frontier = Frontier()
    for record in INPUTS[:size]:
        frontier.add(leaf_hash(record))
    assert merkle.root(size, tree).hex() == ROOTS[size]
    assert frontier.root().hex() == ROOTS[size]


def test_the_published_audit_path_is_met() -> None:
    path = merkle.inclusion(0, 8, Levels(map(leaf_hash, INPUTS)))
    assert [step.hex() for step in path] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


def test_the_published_consistency_proof_is_met() -> None:
    path = merkle.consistency(6, 8, Levels(map(leaf_hash, INPUTS)))
    assert [step.hex() for step in path] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@given(SIZES)
def test_every_root_is_the_defined_one(size: int) -> None:
    hashes, frontier = leaves(size), Frontier()
    for leaf in hashes:
        frontier.add(leaf)
    again = Frontier(frontier.size, frontier.hashes)
    assert frontier.root() == again.root() == defined(hashes)
    assert merkle.root(size, Levels(hashes)) == defined(hashes)


@given(SIZES, st.data())
def test_a_path_leads_from_its_leaf_to_the_root_and_no_other_does(
    size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    hashes = leaves(size)
    path, root = merkle.inclusion(index, size, Levels(hashes)), defined(hashes)
    assert merkle.included(hashes[index], index, size, path, root)
    assert not merkle.included(leaf_hash(b"another"), index, size, path, root)
    assert not merkle.included(hashes[index], index, size, [*path, root], root)
    assert not merkle.included(hashes[index], size, size, path, root)
    if path:
        other = data.draw(st.integers(0, size - 1).filter(lambda n: n != index))
        assert not merkle.included(hashes[index], other, size, path, root)
        assert not merkle.included(hashes[index], index, size, path[:-1], root)


@given(SIZES, st.data())
def test_a_tree_is_consistent_with_its_beginnings_alone(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    hashes = leaves(size)
    path = merkle.consistency(old, size, Levels(hashes))
    before, after = defined(hashes[:old]), defined(hashes)
    assert merkle.consistent(old, size, path, before, after)
    assert not merkle.consistent(old, size, path, leaf_hash(b"another"), after)
    assert not merkle.consistent(old, size, path, before, leaf_hash(b"another"))
    assert not merkle.consistent(old, size, [*path, before], before, after)
    if path:
        assert not merkle.consistent(old, size, path[:-1], before, after)


def test_no_proof_is_made_of_what_is_not_there() -> None:
    tree = Levels(leaves(3))
    for index in (-1, 3):
        with pytest.raises(ValueError, match="no such leaf"):
            merkle.inclusion(index, 3, tree)
    for old in (0, 4):
        with pytest.raises(ValueError, match="no such tree"):
            merkle.consistency(old, 3, tree)


@pytest.mark.parametrize("hashes", [(), (b"short",), (b"x" * 32,) * 3])
def test_a_frontier_takes_the_hashes_of_its_size_alone(hashes: tuple[bytes, ...]) -> None:
    with pytest.raises(ValueError, match="size"):
        Frontier(5, hashes)
