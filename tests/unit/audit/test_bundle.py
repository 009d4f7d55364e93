"""One case in a folder that a third party reads and checks without us."""

import json

import pytest

from shared.audit.leaves import Record
from shared.envelope import digest, write
from shared.events.investigation import EvidenceAdded
from shared.events.notify import LetterRequested
from shared.events.triage import CaseClassified
from shared.reference import reference_of
from shared.testing.builders import COMPLAINT, an_envelope
from tests.unit.audit.exports import export_of, sign
from tests.unit.audit.test_proofs import run, vkey

__all__ = ["vkey"]

OTHER = "0b0b0b0b-0000-4000-8000-00000000c0de"


def log():
    """Three events of our case, one of somebody else's, a record that nobody could read."""
    found = []
    for stage, model in (
        ("triage", CaseClassified),
        ("investigation", EvidenceAdded),
        ("notify", LetterRequested),
    ):
        value, topic = write(an_envelope(model)), f"complaints.{stage}.events"
        found.append(Record(topic, 0, 0, 1, COMPLAINT.encode(), value, ()))
    theirs = found[0].value.replace(COMPLAINT.encode(), OTHER.encode())
    found.append(Record("complaints.triage.events", 0, 1, 1, OTHER.encode(), theirs, ()))
    torn = b"{<script>"
    return [*found, Record("complaints.triage.inputs", 0, 0, 1, COMPLAINT.encode(), torn, ())]


@pytest.fixture
def export(tmp_path):
    folder = tmp_path / "export"
    export_of(folder, log())
    sign(folder, log(), 2)
    return folder


@pytest.mark.parametrize("name", [COMPLAINT, reference_of(COMPLAINT)])
def test_a_case_is_bundled_with_its_proofs(export, vkey, tmp_path, capsys, name):
    out = tmp_path / "case"
    made = run(capsys, "bundle", name, "--from", export, "-o", out)
    proofs = sorted(out.glob("events/*.tlog-proof"))

    assert made == (0, "3 records, 2 of them proved; read case/timeline.html\n")
    assert len(proofs) == 2
    for proof in proofs:
        assert run(capsys, "verify-proof", proof, "--key", vkey())[0] == 0
    assert len(list(out.glob("events/*.record"))) == 3
    assert not (tmp_path / "case.part").exists()


def test_the_summary_names_what_was_hashed_and_the_page_shows_it(export, tmp_path, capsys):
    run(capsys, "bundle", COMPLAINT, "--from", export, "-o", tmp_path / "case")
    summary = json.loads((tmp_path / "case" / "case.json").read_bytes())
    page = (tmp_path / "case" / "timeline.html").read_text("utf-8")

    assert summary["complaint"] == COMPLAINT
    assert {row["sha256"] for row in summary["records"]} == {digest(r.value) for r in log()[:3]}
    assert summary["evidence"]
    assert summary["letters"]
    assert all(one in page for one in (*summary["evidence"], *summary["letters"]))
    assert "redress.case-classified.v1" in page
    assert OTHER not in page
    assert "<script" not in page
    assert "://" not in page
    assert '"ct"' not in page


def test_words_in_an_event_are_no_markup_of_the_page(tmp_path, capsys):
    value = log()[0].value.replace(b'"team":"team"', b'"team":"<script>"')
    export_of(tmp_path / "export", [log()[0]._replace(value=value)])
    run(capsys, "bundle", COMPLAINT, "--from", tmp_path / "export", "-o", tmp_path / "case")

    page = (tmp_path / "case" / "timeline.html").read_text("utf-8")
    assert "&lt;script&gt;" in page
    assert "<script" not in page


def test_without_checkpoints_nothing_is_proved_and_all_is_there(tmp_path, capsys):
    export_of(tmp_path / "export", log())

    made = run(capsys, "bundle", COMPLAINT, "--from", tmp_path / "export", "-o", tmp_path / "case")

    assert made == (0, "3 records, 0 of them proved; read case/timeline.html\n")


def test_nothing_is_written_of_an_unknown_case_or_a_damaged_export(export, tmp_path, capsys):
    unknown = run(capsys, "bundle", "nobody", "--from", export, "-o", tmp_path / "case")
    (segment,) = export.glob("segments/*.segment")
    whole = segment.read_bytes()
    segment.write_bytes(whole.replace(b'"team":"team"', b'"team":"meat"'))
    changed = run(capsys, "bundle", COMPLAINT, "--from", export, "-o", tmp_path / "case")
    segment.write_bytes(whole[:-1])
    cut = run(capsys, "bundle", COMPLAINT, "--from", export, "-o", tmp_path / "case")

    assert unknown == (2, "redress: the export knows no such complaint\n")
    assert changed == (1, "FAILED the leaves are not those that were signed\n")
    assert cut[0] == 1
    assert not list(tmp_path.glob("case*"))
