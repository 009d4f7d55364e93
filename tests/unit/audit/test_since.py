"""An auditor comes back with a checkpoint of last time."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.unit.audit.exports import export_of, sign
from tests.unit.audit.test_proofs import TOPIC, records, run, vkey

__all__ = ["vkey"]


@pytest.fixture
def kept(tmp_path):
    """A checkpoint of ten records, of an export that is gone."""
    export_of(tmp_path / "old", records(10))
    sign(tmp_path / "old", records(10), 10)
    return tmp_path / "old" / "checkpoints" / f"{10:020}.txt"


def newer(folder, found):
    export_of(folder, found)
    sign(folder, found, len(found))
    return folder


def test_what_came_after_it_is_listed(kept, tmp_path, capsys, vkey):
    folder = newer(tmp_path / "new", records(12))

    code, said = run(capsys, "since", kept, "--from", folder, "--key", vkey())

    assert code == 0
    assert said.splitlines() == [
        f"10 {TOPIC}/0/10",
        f"11 {TOPIC}/0/11",
        "the export continues the checkpoint; 2 records came after it",
    ]


def test_nothing_new_is_said_too(kept, tmp_path, capsys):
    folder = newer(tmp_path / "new", records(10))

    assert run(capsys, "since", kept, "--from", folder) == (
        0,
        "the export continues the checkpoint; 0 records came after it\n",
    )


@pytest.mark.parametrize("count", [10, 12])
def test_a_log_that_was_written_anew_is_noticed_before_anything_is_listed(
    kept, tmp_path, capsys, count
):
    other = records(count)
    other[3] = other[3]._replace(value=b"other")
    folder = newer(tmp_path / "new", other)

    assert run(capsys, "since", kept, "--from", folder) == (
        1,
        "FAILED the export does not continue the checkpoint: another log, or changed\n",
    )


def test_an_older_export_another_key_and_no_checkpoint_are_refused(kept, tmp_path, capsys, vkey):
    folder = newer(tmp_path / "new", records(5))
    stranger = vkey(Ed25519PrivateKey.generate())
    nothing = tmp_path / "nothing.txt"
    nothing.write_text("nothing", "utf-8")

    for arguments, code in (
        ((kept, "--from", folder), 1),
        ((kept, "--from", folder, "--key", stranger), 1),
        ((nothing, "--from", folder), 1),
        ((tmp_path / "missing", "--from", folder), 2),
        ((kept, "--from", tmp_path), 2),
    ):
        found, said = run(capsys, "since", *arguments)
        assert found == code
        assert said.count("\n") == 1
