"""One record is proved with a few hashes and a key, and nothing else passes."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.audit import signed
from shared.audit.leaves import SEGMENT, Record, decode, encode
from shared.audit.manifest import BadExportError
from shared.audit.note import Verifier
from shared.audit.proofs import Prover, check
from shared.cli.main import main
from shared.errors import UsageError
from tests.unit.audit.exports import KEY, ORIGIN, export_of, sign

TOPIC = "complaints.intake.events"


def records(count):
    values = (b'{"id":"event-%d"}' % number for number in range(count))
    return [Record(TOPIC, 0, n, 1, b"key", value, ()) for n, value in enumerate(values)]


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "export"
    export_of(folder, records(60))
    sign(folder, records(60), 10, 50)
    return folder


@pytest.fixture
def vkey(tmp_path):
    def written(key=KEY):
        file = tmp_path / "trusted.vkey"
        file.write_text(f"{Verifier(ORIGIN, key.public_key().public_bytes_raw())}\n", "utf-8")
        return str(file)

    return written


def run(capsys, *arguments):
    """Exit code and what was said."""
    code = 0
    try:
        main(["audit", *map(str, arguments)])
    except SystemExit as end:
        code = end.code or 0
    said = capsys.readouterr()
    return code, said.out + said.err


@pytest.mark.parametrize("event", ["event-7", f"{TOPIC}/0/7"])
def test_an_event_is_proved_and_checked_with_the_key_alone(folder, vkey, tmp_path, capsys, event):
    made = run(capsys, "prove", event, "--from", folder, "-o", tmp_path / "one")
    checked = run(capsys, "verify-proof", tmp_path / "one.tlog-proof", "--key", vkey())

    assert made == (0, "leaf 7 is proved: one.tlog-proof, one.record\n")
    assert checked == (0, f"{TOPIC}/0/7 is one of the 50 records signed by {ORIGIN}\n")
    assert decode((tmp_path / "one.record").read_bytes()) == records(8)[7]


def test_a_proof_reaches_over_segments_and_is_under_three_kilobytes(tmp_path, vkey):
    count = SEGMENT + 700
    found = records(count)
    export_of(tmp_path / "export", found)
    sign(tmp_path / "export", found, count - 100)
    prover = Prover(tmp_path / "export")
    leaves = [0, 255, 256, SEGMENT - 1, SEGMENT, SEGMENT + 511, count - 101]

    proofs = [str(prover.proof(index)) for index in leaves]

    key = signed.keys(tmp_path, Path(vkey()))
    for index, text in zip(leaves, proofs, strict=True):
        assert check(text, encode(found[index]), key)[0].offset == index
    assert max(map(len, proofs)) < 3 * 1024
    with pytest.raises(ValueError, match="no such leaf"):
        prover.proof(count - 100)
    assert prover.find(f"event-{SEGMENT + 3}")[0] == SEGMENT + 3
    with pytest.raises(UsageError, match="no signed record"):
        prover.find(f"event-{count - 100}")


def test_another_key_or_record_or_proof_does_not_hold(folder, vkey, tmp_path, capsys):
    one, other = tmp_path / "one", tmp_path / "other"
    run(capsys, "prove", "event-7", "--from", folder, "-o", one)
    run(capsys, "prove", "event-8", "--from", folder, "-o", other)
    proof = tmp_path / "one.tlog-proof"

    assert run(capsys, "verify-proof", proof, "--key", vkey(Ed25519PrivateKey.generate())) == (
        1,
        "FAILED this key did not sign it\n",
    )
    swapped = ("--key", vkey(), "--record", tmp_path / "other.record")
    assert run(capsys, "verify-proof", proof, *swapped)[0] == 1
    for content in (b"", b"\xff", proof.read_bytes()[:-1], proof.read_bytes().replace(b"7", b"9")):
        proof.write_bytes(content)
        code, said = run(capsys, "verify-proof", proof, "--key", vkey())
        assert code == 1
        assert said.startswith("FAILED ")
        assert said.count("\n") == 1


@pytest.mark.parametrize("event", ["event-55", "event-nobody-saw", f"{TOPIC}/0/55"])
def test_what_is_not_signed_is_not_proved_and_nothing_is_written(folder, tmp_path, capsys, event):
    code, said = run(capsys, "prove", event, "--from", folder, "-o", tmp_path / "one")

    assert (code, said) == (2, "redress: no signed record has this id or place\n")
    assert not list(tmp_path.glob("one*"))


def test_files_that_exist_are_left_alone(folder, tmp_path, capsys):
    (tmp_path / "one.record").write_bytes(b"mine")

    assert run(capsys, "prove", "event-7", "--from", folder, "-o", tmp_path / "one")[0] == 2
    assert (tmp_path / "one.record").read_bytes() == b"mine"
    assert not (tmp_path / "one.tlog-proof").exists()


def test_an_export_without_checkpoints_or_with_other_leaves_proves_nothing(folder, tmp_path):
    export_of(tmp_path / "unsigned", records(3))
    with pytest.raises(UsageError, match="no checkpoint"):
        Prover(tmp_path / "unsigned")

    (segment,) = folder.glob("segments/*.segment")
    segment.write_bytes(segment.read_bytes().replace(b"event-7", b"event-6"))
    index, _ = Prover(folder).find("event-6")
    assert index == 6  # the right one comes first
    with pytest.raises(BadExportError, match="not those that were signed"):
        Prover(folder).proof(7)
    (tiles,) = folder.glob("segments/*.tiles")
    whole = tiles.read_bytes()
    tiles.write_bytes(bytes(len(whole)))
    with pytest.raises(BadExportError, match="not those that were signed"):
        Prover(folder)
    tiles.write_bytes(whole)
    segment.unlink()
    with pytest.raises(BadExportError, match="missing"):
        Prover(folder).find("event-7")
