"""What was done to an export is found, and the first bad record is named."""

import pytest

from shared.audit.histories import verified
from shared.audit.leaves import Record
from shared.audit.records import path_of
from shared.cli.main import main
from shared.envelope import digest, event_id, write
from shared.events.triage import AssigneeFound, CaseAssigned, CaseClassified, ClockStarted
from shared.testing.builders import COMPLAINT, an_envelope
from tests.unit.audit.exports import export_of, renumbered

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


def records(*values, key=KEY, topic=EVENTS):
    """Values as the records of a partition."""
    return [
        Record(topic, 1, offset, 1, key, value, (("h", b""),))
        for offset, value in enumerate(values, FIRST)
    ]


def classified():
    return records(*chain(CaseClassified, CaseAssigned, ClockStarted))


def written(folder, found):
    """An export of these records; returns its manifest."""
    return export_of(folder, found, PARTITIONS, FIRST)


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
    written(tmp_path, classified())

    code, said = verify(tmp_path, capsys)

    assert code == 0, said
    assert said.startswith("verified 3 events of 1 complaints")
    assert said.endswith("nothing is signed, there are no checkpoints\n")


def test_inputs_and_dead_letters_are_counted(tmp_path):
    found = write(an_envelope(AssigneeFound))
    written(
        tmp_path, [*records(found, found, topic=INPUTS), *records(b"\0", key=None, topic=LETTERS)]
    )

    with verified(tmp_path) as log:
        assert (log.inputs, log.dead_letters, list(log.chains())) == (2, 1, [])


def flipped(found):
    value = bytearray(found[1].value)
    value[0] ^= 1
    found[1] = found[1]._replace(value=bytes(value))


def changed(found):
    other = found[0].value.replace(b'"team":"team"', b'"team":"meat"')
    assert other != found[0].value
    found[0] = found[0]._replace(value=other)


def dropped(found):
    del found[1]


def dropped_first(found):
    del found[0]


def swapped(found):
    found[0], found[1] = found[1], found[0]


def swapped_and_renumbered(found):
    swapped(found)
    found[:] = renumbered(found, FIRST)


def dropped_and_renumbered(found):
    dropped(found)
    found[:] = renumbered(found, FIRST)


def forked(found):
    other = chain(CaseClassified, ClockStarted)[1]
    found.append(found[1]._replace(offset=FIRST + 3, value=other))


def wrong_key(found):
    found[2] = found[2]._replace(key=b"other")


def illegal(found):
    found[:] = records(*chain(CaseAssigned, CaseClassified))


def elsewhere(found):
    found[2] = found[2]._replace(partition=7)


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
    (elsewhere, "/7/7: the manifest has no such partition"),
]


@pytest.mark.parametrize(("damage", "told"), DAMAGES, ids=lambda v: getattr(v, "__name__", ""))
def test_a_damage_is_found_and_its_first_record_named(tmp_path, capsys, damage, told):
    found = classified()
    damage(found)
    written(tmp_path, found)

    code, said = verify(tmp_path, capsys)

    assert code == 1
    assert said.startswith(f"FAILED {EVENTS}{told}")


def test_of_two_broken_chains_the_first_in_the_log_is_named(tmp_path, capsys):
    first, _, last = records(*chain(CaseClassified, CaseAssigned, ClockStarted))
    earlier = "ffffffff" + COMPLAINT[8:]
    value = last.value.replace(COMPLAINT.encode(), earlier.encode())
    other = last._replace(offset=FIRST, key=earlier.encode(), value=value)
    written(tmp_path, [other, first._replace(offset=FIRST + 1), last])

    assert verify(tmp_path, capsys)[1].startswith(f"FAILED {EVENTS}/1/{FIRST}: sequence 1")


def test_a_damage_that_no_record_shows_is_named_by_its_file(tmp_path, capsys):
    (segment,) = written(tmp_path, classified()).segments
    other = written(tmp_path / "other", [one._replace(timestamp=2) for one in classified()])
    path_of(tmp_path / "other", other.segments[0]).replace(path_of(tmp_path, segment))

    assert verify(tmp_path, capsys) == (
        1,
        f"FAILED segment {segment.sha256}: the file is not the one that was exported\n",
    )


def test_a_segment_that_is_cut_missing_or_longer_is_noticed(tmp_path, capsys):
    file = path_of(tmp_path, written(tmp_path, classified()).segments[0])
    whole = file.read_bytes()

    file.write_bytes(whole[:-1])
    assert verify(tmp_path, capsys)[1].startswith("FAILED leaf 2 cannot")
    file.write_bytes(whole + whole[-1:])
    assert verify(tmp_path, capsys)[1].startswith("FAILED leaf 3 cannot")
    file.unlink()
    assert verify(tmp_path, capsys)[1].endswith("the file is missing\n")


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
    line = line._replace(topic=INPUTS)
    written(tmp_path, [line])
    assert verify(tmp_path, capsys) == (1, f"FAILED {INPUTS}/1/5: {told}\n")

    written(tmp_path, [line, line._replace(topic=LETTERS)])
    assert verify(tmp_path, capsys)[0] == 0
