"""What was done to an export is found, and the first bad record is named."""

import base64
import hashlib
import json
from types import SimpleNamespace

import pytest

from shared.audit.histories import verified
from shared.audit.records import line_of
from shared.cli.main import main
from shared.envelope import digest, event_id, write
from shared.events.triage import AssigneeFound, CaseAssigned, CaseClassified, ClockStarted
from shared.pipeline import topics
from shared.testing.builders import COMPLAINT, an_envelope

EVENTS, INPUTS = "complaints.triage.events", "complaints.triage.inputs"
LETTERS = "complaints.triage.dead-letters"
PARTITIONS, FIRST = 2, 5
KEY = COMPLAINT.encode()


def chain(*models):
    """The values of a stage's events, each following the one before."""
    values = []
    for sequence, model in enumerate(models, 1):
        envelope = an_envelope(model).model_copy(
            update={
                "id": event_id(COMPLAINT, "triage", sequence, f"cause-{sequence}", 0),
                "sequence": sequence,
                "causationid": f"cause-{sequence}",
                "prevhash": digest(values[-1]) if values else "",
            }
        )
        values.append(write(envelope))
    return values


def records(*values, key=KEY):
    """Values as the lines of a partition."""
    return [
        json.loads(
            line_of(SimpleNamespace(offset=o, timestamp=1, key=key, value=v, headers=[("h", b"")]))
        )
        for o, v in enumerate(values, FIRST)
    ]


def classified():
    return records(*chain(CaseClassified, CaseAssigned, ClockStarted))


def raw(lines):
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def written(folder, contents):
    """An export of these lines by topic, all in partition 1; returns its manifest."""
    parts = []
    for topic in topics():
        for number in range(PARTITIONS):
            lines = contents.get(topic, []) if number else []
            (folder / f"{topic}-{number}.jsonl").write_bytes(raw(lines))
            parts.append(
                {
                    "topic": topic,
                    "partition": number,
                    "first": FIRST,
                    "records": len(lines),
                    "sha256": hashlib.sha256(raw(lines)).hexdigest(),
                }
            )
    manifest = {
        "format": "redress-export-1",
        "exported_at": "2026-11-22T09:00:00Z",
        "partitions": parts,
    }
    save(folder, manifest)
    return manifest


def save(folder, manifest):
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def verify(folder, capsys):
    """The exit code of `redress audit verify`, and what it says."""
    try:
        main(["audit", "verify", str(folder)])
    except SystemExit as end:
        code = end.code
    else:
        code = 0
    said = capsys.readouterr()
    return code, said.out + said.err


def test_an_export_that_nobody_touched_is_verified(tmp_path, capsys):
    written(tmp_path, {EVENTS: classified()})

    code, said = verify(tmp_path, capsys)

    assert code == 0, said
    assert said.startswith("verified 3 events of 1 complaints")


def test_inputs_and_dead_letters_are_counted(tmp_path):
    found = write(an_envelope(AssigneeFound))
    written(tmp_path, {INPUTS: records(found, found), LETTERS: records(b"\0")})

    log = verified(tmp_path)

    assert (log.inputs, log.dead_letters, log.chains) == (2, 1, {})


def flipped(lines):
    value = bytearray(base64.b64decode(lines[1]["value"]))
    value[0] ^= 1
    lines[1]["value"] = base64.b64encode(value).decode()


def changed(lines):
    value = base64.b64decode(lines[0]["value"])
    other = value.replace(b'"team":"team"', b'"team":"meat"')
    assert other != value
    lines[0]["value"] = base64.b64encode(other).decode()


def dropped(lines):
    del lines[1]


def dropped_first(lines):
    del lines[0]


def swapped(lines):
    lines[0], lines[1] = lines[1], lines[0]


def renumber(lines):
    for offset, line in enumerate(lines, FIRST):
        line["offset"] = offset


def swapped_and_renumbered(lines):
    swapped(lines)
    renumber(lines)


def dropped_and_renumbered(lines):
    dropped(lines)
    renumber(lines)


def forked(lines):
    other = chain(CaseClassified, ClockStarted)[1]
    lines.append({**lines[1], "offset": FIRST + 3, "value": base64.b64encode(other).decode()})


def wrong_key(lines):
    lines[2]["key"] = base64.b64encode(b"other").decode()


def illegal(lines):
    lines[:] = records(*chain(CaseAssigned, CaseClassified))


def huge_offset(lines):
    lines[1]["offset"] = float("inf")


DAMAGES = [
    (flipped, "/1/6: undecodable"),
    (changed, "/1/6: it does not follow the event before it"),
    (dropped, "/1/7: offset 6 should stand here"),
    (dropped_first, "/1/6: offset 5 should stand here"),
    (swapped, "/1/6: offset 5 should stand here"),
    (swapped_and_renumbered, "/1/6: it stands behind complaints.triage.events/1/5"),
    (dropped_and_renumbered, "/1/6: sequence 2 is missing before it"),
    (forked, "/1/8: another event has this sequence"),
    (wrong_key, "/1/7: its key is not its complaint"),
    (illegal, "/1/5: redress.case-assigned.v1 without redress.case-classified.v1"),
    (huge_offset, "-1.jsonl: line 2 cannot be read"),
]


@pytest.mark.parametrize("fitted", [False, True], ids=["file only", "manifest fitted"])
@pytest.mark.parametrize(("damage", "told"), DAMAGES, ids=lambda v: getattr(v, "__name__", ""))
def test_a_damage_is_found_and_its_first_record_named(tmp_path, capsys, damage, told, fitted):
    lines = classified()
    manifest = written(tmp_path, {EVENTS: lines})
    damage(lines)
    if fitted:
        written(tmp_path, {EVENTS: lines})
    else:
        (tmp_path / f"{EVENTS}-1.jsonl").write_bytes(raw(lines))
        save(tmp_path, manifest)

    code, said = verify(tmp_path, capsys)

    assert code == 1
    assert said.startswith(f"FAILED {EVENTS}{told}")


def test_a_damage_that_no_record_shows_is_named_by_its_file(tmp_path, capsys):
    written(tmp_path, {EVENTS: classified()})
    file = tmp_path / f"{EVENTS}-1.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"timestamp": 1', b'"timestamp": 2', 1))

    assert verify(tmp_path, capsys) == (
        1,
        f"FAILED {file.name}: the file is not the one that was exported\n",
    )


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (records(b"{")[0], "undecodable"),
        (records(chain(CaseClassified)[0].replace(b'"team":', b'"meat":'))[0], "schema_invalid"),
        (
            records(write(an_envelope(AssigneeFound)).replace(b"/triage", b"/notify"))[0],
            "it does not belong into this topic",
        ),
        (records(write(an_envelope(AssigneeFound)), key=None)[0], "its key is not its complaint"),
    ],
)
def test_an_input_that_cannot_be_read_needs_its_dead_letter(tmp_path, capsys, line, told):
    written(tmp_path, {INPUTS: [line]})
    assert verify(tmp_path, capsys) == (1, f"FAILED {INPUTS}/1/5: {told}\n")

    written(tmp_path, {INPUTS: [line], LETTERS: [line]})
    assert verify(tmp_path, capsys)[0] == 0
