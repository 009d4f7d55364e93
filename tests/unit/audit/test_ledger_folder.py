"""The folder of a ledger after every kind of death, and what it refuses to go on with."""

import pytest

from shared.audit.leaves import LENGTH, SEGMENT, Record
from shared.audit.ledger.folder import Folder
from shared.audit.ledger.tree import Tree
from shared.audit.merkle import leaf_hash
from shared.errors import TransientError, UsageError


def some(count, first=0):
    return [
        Record("complaints.intake.events", 0, offset, 1, b"k", b"v%d" % offset, ())
        for offset in range(first, first + count)
    ]


def stored(folder, tree, count):
    grown, raws = tree.grown(some(count, tree.size))
    folder.append(tree, raws)
    return grown


@pytest.fixture
def folder(tmp_path):
    made = Folder(tmp_path / "ledger")
    made.claim()
    yield made
    made.leave()


@pytest.fixture
def again(folder):
    """The same folder as the next process finds it."""
    return lambda: Folder(folder.path)


@pytest.fixture(scope="module")
def big():
    """A full segment, as tree and as bytes of its records."""
    return Tree().grown(some(SEGMENT))


@pytest.fixture
def full(folder, big):
    tree, raws = big
    folder.append(Tree(), raws)
    return tree


@pytest.mark.parametrize("torn", [b"\0", LENGTH.pack(7) + b"abc", LENGTH.pack(2) + b"ab"])
def test_what_the_tree_never_counted_is_cut_off(folder, again, torn):
    tree = stored(folder, Tree(), 5)
    whole = folder.open.read_bytes()
    with folder.open.open("ab") as file:
        file.write(torn)

    assert again().resume(tree) == tree
    assert folder.open.read_bytes() == whole


def test_after_a_torn_tail_the_same_records_make_the_same_file_and_tree(folder, again):
    tree = stored(folder, Tree(), 5)
    stored(folder, tree, 3)
    after = again()
    after.resume(tree)
    grown = stored(after, tree, 3)

    assert grown.hashes == Tree().grown(some(8))[0].hashes
    assert list(after.raws(0, 8)) == Tree().grown(some(8))[1]
    assert list(after.raws(4, 7)) == Tree().grown(some(8))[1][4:7]


def test_an_open_segment_shorter_than_the_tree_is_refused(folder, again):
    tree = stored(folder, Tree(), 5)
    folder.open.write_bytes(folder.open.read_bytes()[:-1])

    with pytest.raises(UsageError, match=r"open\.segment is missing or cut"):
        again().resume(tree)


def test_another_record_in_the_open_segment_is_refused(folder, again):
    tree = stored(folder, Tree(), 5)
    raw = folder.open.read_bytes()
    folder.open.write_bytes(raw[:-5] + b"x" + raw[-4:])

    with pytest.raises(UsageError, match="the records of open"):
        again().resume(tree)


def test_an_empty_folder_is_no_ledger_of_a_tree_with_leaves(again):
    with pytest.raises(UsageError, match="folder is not the one"):
        again().resume(Tree().grown(some(3))[0])


def test_a_signed_checkpoint_that_the_database_does_not_know_is_refused(folder, again):
    tree = stored(folder, Tree(), 5)
    folder.checkpoint(5).write_text("a note")

    with pytest.raises(UsageError, match="a checkpoint of 5 leaves is signed"):
        again().resume(tree)


def test_a_second_writer_of_the_folder_waits(again):
    with pytest.raises(TransientError, match="another writer"):
        again().claim()


def test_a_full_segment_is_closed_and_its_leaves_are_read_on_over_the_border(folder, full, again):
    tree = stored(folder, folder.close(full), 2)
    after = again()

    assert after.resume(tree) == tree
    assert [leaf_hash(raw) for raw in after.raws(SEGMENT - 1, SEGMENT + 2)] == [
        leaf_hash(raw) for raw in Tree().grown(some(3, SEGMENT - 1))[1]
    ]


def test_closing_goes_on_wherever_it_was_cut(folder, full, again):
    names = []
    folder.close(full)
    names.append(sorted(path.name for path in folder.path.iterdir()))
    assert again().resume(full) == full.sealed()  # renamed, but the document did not hear of it

    (segment,) = folder.path.glob("*.segment")
    segment.rename(folder.open)  # listed, but not renamed
    assert again().resume(full) == full.sealed()
    names.append(sorted(path.name for path in folder.path.iterdir()))

    segment.rename(folder.open)  # neither listed nor renamed
    folder.manifest.unlink()
    assert again().resume(full) == full.sealed()
    names.append(sorted(path.name for path in folder.path.iterdir()))

    assert names[0] == names[1] == names[2]


@pytest.mark.parametrize("lost", ["*.segment", "*.index", "*.tiles", "manifest.json"])
def test_a_lost_file_of_a_closed_segment_is_refused(folder, full, again, lost):
    tree = folder.close(full)
    (file,) = folder.path.glob(lost)
    file.unlink()

    with pytest.raises(UsageError, match="folder is not the one"):
        again().resume(tree)
