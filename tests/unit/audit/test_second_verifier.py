"""Two verifiers that share no code agree about good exports and about damaged ones."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.audit import second_verifier
from shared.audit.histories import verified
from shared.audit.leaves import Record
from shared.audit.manifest import BadExportError
from shared.audit.note import Verifier
from shared.envelope import digest, event_id, write
from shared.errors import UsageError
from shared.events.triage import AssigneeFound, CaseAssigned, CaseClassified, ClockStarted
from shared.testing.builders import COMPLAINT, an_envelope
from tests.unit.audit.exports import KEY, ORIGIN, export_of, renumbered, sign
from tests.unit.audit.test_merkle import INPUTS, ROOTS

EVENTS = "complaints.triage.events"
MANY = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def log():
    """A log with a chain, inputs and a dead letter that one of them needs."""
    found, values = [], []
    for sequence, model in enumerate((CaseClassified, CaseAssigned, ClockStarted), 1):
        more = {
            "id": event_id(COMPLAINT, "triage", sequence, "cause", sequence - 1),
            "sequence": sequence,
            "causationid": "cause",
            "prevhash": digest(values[-1]) if values else "",
        }
        values.append(write(an_envelope(model).model_copy(update=more)))
    key, marks = COMPLAINT.encode(), (("ce_id", b"1"), ("none", None))
    found += [Record("complaints.triage.dead-letters", 0, 0, 1, None, b"?", ())]
    found += [Record(EVENTS, 0, i, 1, key, value, marks) for i, value in enumerate(values)]
    answer = write(an_envelope(AssigneeFound))
    found += [Record("complaints.triage.inputs", 0, 0, 1, key, answer, ())]
    return [*found, Record("complaints.triage.inputs", 0, 1, 1, None, b"?", ())]


def first(folder, key=None):
    try:
        with verified(folder, key):
            return True
    except (BadExportError, UsageError):
        return False


def second(folder, key=None):
    try:
        return second_verifier.verify(folder, key) >= 0
    except second_verifier.FAULTS:
        return False


@pytest.fixture
def signed(tmp_path):
    folder = tmp_path / "signed"
    export_of(folder, log())
    sign(folder, log(), 2, len(log()))
    return folder


@pytest.fixture
def vkey(tmp_path):
    def written(key=KEY, origin=ORIGIN):
        file = tmp_path / "trusted.vkey"
        file.write_text(f"{Verifier(origin, key.public_key().public_bytes_raw())}\n", "utf-8")
        return file

    return written


def test_the_second_tree_has_the_roots_of_the_published_vectors():
    forest = second_verifier.Forest()
    roots = [forest.root()]
    for leaf in INPUTS:
        forest.add(leaf)
        roots.append(forest.root())

    assert tuple(root.hex() for root in roots) == ROOTS


def test_both_take_an_export_that_nobody_touched(signed, vkey, tmp_path):
    export_of(tmp_path / "unsigned", log())

    assert first(signed, vkey())
    assert second(signed, vkey())
    assert first(tmp_path / "unsigned")
    assert second(tmp_path / "unsigned")


def test_the_second_runs_alone(signed):
    run = [sys.executable, "-I", second_verifier.__file__, signed]
    whole = subprocess.run(run, capture_output=True, text=True, check=False)  # noqa: S603 - our own file
    next(signed.glob("segments/*.index")).unlink()
    broken = subprocess.run(run, capture_output=True, text=True, check=False)  # noqa: S603 - our own file

    assert (whole.returncode, whole.stdout) == (0, f"{len(log())} records hold\n")
    assert (broken.returncode, broken.stderr) == (1, "FAILED FileNotFoundError\n")
    assert "shared" not in Path(second_verifier.__file__).read_text("utf-8").split("import", 1)[1]


@MANY
@given(st.data())
def test_both_find_any_byte_that_is_flipped(signed, data):
    file = data.draw(st.sampled_from(sorted(f for f in signed.rglob("*") if f.is_file())))
    whole = file.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    bit = data.draw(st.integers(0, 7))
    try:
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :])
        verdicts = first(signed), second(signed)
    finally:
        file.write_bytes(whole)

    # Nothing else tells the time of the export; base64 has bits that mean nothing.
    assert verdicts[0] == verdicts[1]
    assert verdicts == (False, False) or file.name == "manifest.json" or file.suffix == ".txt"


def damaged(data):
    found = log()
    one, other = (data.draw(st.integers(0, len(found) - 1)) for _ in range(2))
    what = data.draw(st.sampled_from(("drop", "swap", "insert")))
    if what == "drop":
        del found[one]
    elif what == "swap":
        found[one], found[other] = found[other], found[one]
    else:
        found.insert(other, found[one])
    return renumbered(found) if data.draw(st.booleans()) else found


@MANY
@given(st.data())
def test_both_agree_when_a_record_is_dropped_swapped_or_inserted(tmp_path, vkey, data):
    folder, found = tmp_path / "export", damaged(data)
    shutil.rmtree(folder, ignore_errors=True)
    export_of(folder, found)
    assert first(folder) == second(folder)

    # With the old checkpoints only the log as it was passes, or more of it.
    sign(folder, log(), 2, len(log()))
    same = found[: len(log())] == log()
    assert first(folder, vkey()) == second(folder, vkey())
    assert same or not first(folder, vkey())


@pytest.mark.parametrize("what", ["other key", "other log", "longer log", "no checkpoint", "cut"])
def test_both_refuse_what_the_key_did_not_sign(signed, vkey, what):
    key, (*_, last) = vkey(), sorted(signed.glob("checkpoints/*"))
    if what == "other key":
        key = vkey(Ed25519PrivateKey.generate())
    elif what == "other log":
        key = vkey(origin="redress/other")
    elif what == "longer log":
        sign(signed, [*log(), log()[0]], len(log()) + 1)
    elif what == "no checkpoint":
        shutil.rmtree(signed / "checkpoints")
    else:
        last.write_bytes(last.read_bytes()[:-1])

    assert not first(signed, key)
    assert not second(signed, key)


def test_both_refuse_a_log_that_was_signed_again_and_changed(signed, vkey):
    sign(signed, log(), 2, len(log()), key=Ed25519PrivateKey.generate())

    assert first(signed)
    assert second(signed)
    assert not first(signed, vkey())
    assert not second(signed, vkey())
