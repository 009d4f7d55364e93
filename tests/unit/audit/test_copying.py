"""The signed part of a ledger's folder becomes the beginning of an export."""

from contextlib import closing

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.audit import second_verifier
from shared.audit.copying import copy, newest
from shared.audit.histories import verified
from shared.audit.leaves import SEGMENT, Record
from shared.audit.ledger.folder import Folder
from shared.audit.ledger.tree import Signer, Tree
from shared.audit.manifest import Part
from shared.audit.writing import BEGUN, Begun, Writer, save
from shared.errors import TransientError, UsageError
from shared.pipeline import topics
from tests.unit.audit.exports import EXPORTED, recorded

TOPIC = "complaints.intake.dead-letters"
SIGNER = Signer("redress/example", Ed25519PrivateKey.from_private_bytes(b"k" * 32))
OPEN = 40


def some(count, first=0):
    return [Record(TOPIC, 0, first + n, 1, b"k", b"v%d" % (first + n), ()) for n in range(count)]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    """A full segment and more, signed in the middle of the open one."""
    folder = Folder(tmp_path_factory.mktemp("kept") / "ledger")
    folder.claim()
    folder.know(SIGNER.verifier)
    tree = Tree()
    for count in (1000, SEGMENT - 1000, OPEN):
        grown, raws = tree.grown(some(count, tree.size))
        folder.append(tree, raws)
        grown = SIGNER.signed(grown, folder.raws(tree.size, grown.size))
        folder.checkpoint(grown.size).write_text(grown.signed.note, "utf-8")
        tree = folder.close(grown) if grown.full else grown
    folder.append(tree, tree.grown(some(5, tree.size))[1])
    folder.leave()
    return folder.path


@pytest.fixture
def begun(tmp_path, ledger):
    parts = tuple(Part(topic=t, partition=0, first=0, records=0) for t in sorted(topics()))
    (tmp_path / "export").mkdir()
    found = Begun(partitions=parts, signed=newest(ledger))
    save(tmp_path / "export", found)
    return found


def test_what_is_signed_is_copied_and_the_rest_follows(tmp_path, ledger, begun):
    folder, progress = tmp_path / "export", []
    with closing(Writer(folder, begun)) as writer:
        copy(ledger, begun.signed, writer, progress.append)
        after = next(part for part in begun.partitions if part.topic == TOPIC)
        assert writer.next_of(after) == begun.signed == SEGMENT + OPEN
        for record in some(7, begun.signed):
            writer.add(record)
        writer.finish(EXPORTED)

    key = next((ledger / "keys").iterdir())
    with verified(folder, key) as log:
        assert (log.size, log.checkpoints, log.signed) == (SEGMENT + OPEN + 7, 3, SEGMENT + OPEN)
    assert second_verifier.verify(folder, key) == SEGMENT + OPEN + 7
    assert recorded(folder) == some(SEGMENT + OPEN + 7)
    assert sum(progress) >= SEGMENT
    (closed,) = [file for file in ledger.glob("*.segment") if file.stem != "open"]
    assert (folder / "segments" / closed.name).read_bytes() == closed.read_bytes()


def test_a_copy_that_was_broken_off_is_taken_up(tmp_path, ledger, begun):
    folder = tmp_path / "export"

    class BrokenOffError(Exception):
        pass

    def broken(_count):
        raise BrokenOffError

    with closing(Writer(folder, begun)) as writer, pytest.raises(BrokenOffError):
        copy(ledger, begun.signed, writer, broken)
    again = Begun.model_validate_json((folder / BEGUN).read_bytes())
    assert len(again.segments) == 1
    with closing(Writer(folder, again)) as writer:
        copy(ledger, again.signed, writer, lambda _: None)
        writer.finish(EXPORTED)

    with verified(folder) as log:
        assert (log.size, log.signed) == (SEGMENT + OPEN, SEGMENT + OPEN)


def test_a_ledger_whose_leaves_are_not_signed_or_whose_list_is_torn_is_not_exported(
    tmp_path, begun, ledger
):
    other = tmp_path / "ledger"
    for file in (f for f in ledger.rglob("*") if f.is_file()):
        target = other / file.relative_to(ledger)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())
    tail = other / "open.segment"

    tail.write_bytes(tail.read_bytes().replace(b"v65540", b"v65541", 1))
    with closing(Writer(tmp_path / "export", begun)) as writer, pytest.raises(TransientError):
        copy(other, begun.signed, writer, lambda _: None)
    (other / "manifest.json").write_text("{", "utf-8")
    with closing(Writer(tmp_path / "new", begun)) as writer, pytest.raises(UsageError):
        copy(other, begun.signed, writer, lambda _: None)


def test_a_folder_without_checkpoints_has_nothing_signed(tmp_path):
    assert newest(tmp_path) == 0
