"""The tree of the ledger: how it grows, what it is as a document, what gets signed."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.audit.leaves import SEGMENT, Record
from shared.audit.ledger.tree import Signer, Tree, row_of, tree_of
from shared.audit.merkle import Levels, leaf_hash, root
from shared.audit.note import Checkpoint
from shared.errors import UsageError

SIGNER = Signer("redress/test", Ed25519PrivateKey.from_private_bytes(bytes(32)))


def some(count, first=0):
    return [
        Record("t", n % 3, n // 3, n, None, b"v%d" % n, ()) for n in range(first, first + count)
    ]


def test_batches_of_any_size_make_the_same_tree_and_the_offsets_to_go_on_from():
    whole, raws = Tree().grown(some(10))
    steps = Tree()
    for first, count in ((0, 1), (1, 6), (7, 3)):
        steps, _ = steps.grown(some(count, first))

    assert steps == whole
    assert whole.offsets == {("t", 0): 4, ("t", 1): 3, ("t", 2): 3}
    assert len(whole.hashes) == 2
    assert whole.open_bytes == sum(len(raw) + 4 for raw in raws)


def test_a_document_gives_the_same_tree_back():
    tree, raws = Tree().grown(some(10))

    assert tree_of({"_id": "tree", "revision": 0}) == Tree()
    assert tree_of(row_of(tree)) == tree
    assert tree_of(row_of(SIGNER.signed(tree, raws))) == SIGNER.signed(tree, raws)


def test_a_batch_never_goes_over_the_border_of_a_segment():
    assert Tree().room == SEGMENT
    assert Tree(size=SEGMENT - 3, open_bytes=9).room == 3
    assert not Tree(size=SEGMENT).full
    assert Tree(size=SEGMENT, open_bytes=9).full


def test_a_checkpoint_names_the_root_and_is_signed_by_the_log():
    tree, raws = Tree().grown(some(10))
    note = SIGNER.signed(tree, raws).signed.note
    found = Checkpoint.read(note, SIGNER.verifier)

    assert (found.origin, found.size) == ("redress/test", 10)
    assert found.root == root(10, Levels(map(leaf_hash, raws)))


def test_the_next_checkpoint_follows_from_the_last_and_the_leaves_since():
    first, raws = Tree().grown(some(10))
    second, more = SIGNER.signed(first, raws).grown(some(7, 10))

    assert second.unsigned == 7
    assert SIGNER.signed(second, more).signed.size == 17


@pytest.mark.parametrize("since", [lambda more: more[:-1], lambda more: more[::-1], lambda _: []])
def test_nothing_is_signed_that_the_disk_does_not_lead_to(since):
    first, raws = Tree().grown(some(10))
    second, more = SIGNER.signed(first, raws).grown(some(7, 10))

    with pytest.raises(UsageError, match="does not continue"):
        SIGNER.signed(second, since(more))


def test_nothing_is_signed_after_a_checkpoint_of_another_tree():
    tree, raws = Tree().grown(some(10))
    other, others = Tree().grown(some(10, 1))
    forged = replace(
        SIGNER.signed(tree, raws).signed, note=SIGNER.signed(other, others).signed.note
    )

    with pytest.raises(UsageError, match="is not of this ledger"):
        SIGNER.signed(replace(tree, signed=forged), [])
