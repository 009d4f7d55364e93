"""The checker is right about a sound little log, and finds each thing that can be wrong in it."""

import hashlib
import json
import uuid
from dataclasses import replace

import pytest

from shared.pipeline import LANES, ROWS, STAGES
from tests.e2e.checker import Expected, violations
from tests.e2e.evidence import Evidence, Record

COMPLAINT = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
BURIED = "complaints.triage.dead-letters"
INPUT = "0a0a0a0a-0000-4000-8000-000000000001"
STORY = (
    ("intake", "redress.complaint-received.v1", {}),
    ("verification", "redress.verification-started.v1", {}),
    ("verification", "redress.admissibility-decided.v1", {"admissible": True}),
    ("triage", "redress.case-classified.v1", {}),
    ("triage", "redress.case-assigned.v1", {}),
    ("resolution", "redress.effect-requested.v1", {"key": "credit|a"}),
    ("resolution", "redress.effect-verified.v1", {"key": "credit|a"}),
    ("resolution", "redress.case-closed.v1", {"level": 1}),
    ("notify", "redress.letter-requested.v1", {}),
    ("notify", "redress.letter-sent.v1", {"letter_id": "letter-1", "channel": "email"}),
)
RESOLUTION, NOTIFY = 6, 9  # where their events begin
POISON = Record("complaints.triage.inputs", 0, 0, b"k", b"\xff", (("note", b"1"), ("none", None)))
CANARY = "a canary's words"


def record(topic: str, offset: int, body: dict) -> Record:
    return Record(topic, 0, offset, COMPLAINT.encode(), json.dumps(body).encode())


def event(stage: str, sequence: int, cause: str, before: Record | None, **more) -> Record:
    index = more.pop("index", 0)
    name = f"{stage}|{sequence}|{cause}|{index}"
    body = {
        "id": str(uuid.uuid5(uuid.UUID(COMPLAINT), name)),
        "subject": COMPLAINT,
        "sequence": sequence,
        "lane": "normal",
        "causationid": cause,
        **({"prevhash": hashlib.sha256(before.value).hexdigest()} if before else {}),
        **more,
    }
    return record(STAGES[stage].topic("events"), sequence - 1, body)


def sound() -> Evidence:
    """One complaint from its input to its closure, applied and committed everywhere."""
    asked = {"id": INPUT, "subject": COMPLAINT, "type": "redress.complaint-submitted.v1"}
    made: dict[str, list[Record]] = {}
    cause = INPUT
    for stage, type_, data in STORY:
        own = made.setdefault(stage, [])
        before = own[-1] if own else None
        cause = json.loads(before.value)["causationid"] if before else cause
        more = {"index": len(own), "type": type_, "data": data}
        own.append(event(stage, len(own) + 1, cause, before, **more))
        cause = json.loads(own[0].value)["id"]
    records = [record("complaints.intake.inputs", 0, asked)]
    records += [r for own in made.values() for r in own]
    ends = {(r.topic, r.partition): r.offset + 1 for r in records}
    return Evidence(
        records,
        ends,
        committed(ends),
        documents(made),
        {"intake": 0},
        [paid("a")],
        [b"Message-ID: <letter-1@redress.example>\r\n\r\n"],
        {"triage.log": b"all is well"},
    )


def committed(ends):
    return {row.group(lane): dict(ends) for row in ROWS for lane in LANES}


def documents(made):
    seen = {stage: {"normal": len(own)} for stage, own in made.items()}
    found = {row.name: {} for row in ROWS}
    for stage, own in made.items():
        ids = [INPUT] if stage == "intake" else []
        run = {
            "rev": 1,
            "ids": ids,
            "outputs": [{"n": 1, "value": own[0].value}],
            "seen": {name: seen[name] for name in STAGES[stage].reads if name in seen},
        }
        found[stage][COMPLAINT] = {"state": {"sequence": len(own)}, "run": run}
    return found


def paid(thing: str, key: str = "credit|a"):
    return {"_id": key, "action": "credit", "order": {"reference": thing}}


def rewritten(found: Evidence, number: int, **changes) -> None:
    old = found.records[number]
    body = {**json.loads(old.value), **changes}
    found.records[number] = replace(old, value=json.dumps(body).encode())


def test_a_sound_run_has_no_violation():
    assert violations(sound(), [COMPLAINT]) == []


def test_a_copy_of_an_event_is_no_violation():
    found = sound()
    found.records.append(replace(found.records[1], offset=7))

    assert violations(found, [COMPLAINT]) == []


def lose_the_end(found):
    del found.records[RESOLUTION:]
    found.documents["resolution"] = found.documents["notify"] = {}


def told_by_resolution(found, type_, data):
    """One more event of it, at its end."""
    last = found.records[NOTIFY - 1]
    cause = json.loads(last.value)["causationid"]
    more = {"type": type_, "data": data, "index": 3}
    found.records.append(event("resolution", 4, cause, last, **more))
    found.documents["resolution"][COMPLAINT]["state"]["sequence"] = 4


def appeal(found):
    told_by_resolution(found, "redress.appeal-admitted.v1", {"level": 2})


def verify_what_nobody_paid(found):
    told_by_resolution(found, "redress.effect-verified.v1", {"key": "credit|b"})


def letter(was, **more):
    """The dead letter that triage made of a record."""
    told = {
        "dlq-original-topic": was.topic,
        "dlq-original-partition": str(was.partition),
        "dlq-original-offset": str(was.offset),
        "dlq-reason": "undecodable",
        **more,
    }
    pairs = [(name, value.encode()) for name, value in told.items()]
    kept = tuple(pair for pair in was.headers if pair[1] is not None)
    return Record(BURIED, 0, 0, was.key, was.value, (*kept, *pairs))


def apply_again(found):
    last = found.records[5]
    cause = json.loads(last.value)["causationid"]
    found.records.append(event("triage", 3, cause, last, type="redress.case-assigned.v1", data={}))
    found.documents["triage"][COMPLAINT]["state"]["sequence"] = 3


def swap(found):
    first, second = found.records[4], found.records[5]
    found.records[4], found.records[5] = replace(second, offset=0), replace(first, offset=1)


BROKEN = {
    "has no end": lose_the_end,
    "accepted and has no end": appeal,
    "was applied 2 times": apply_again,
    "not made from its cause": lambda f: rewritten(f, 1, id=str(uuid.uuid4())),
    "gaps or forks": lambda f: rewritten(f, 5, sequence=3),
    "several partitions": lambda f: f.records.append(replace(f.records.pop(5), partition=1)),
    "out of order": swap,
    "contents": lambda f: f.records.append(replace(f.records[1], value=f.records[1].value + b" ")),
    "chain is broken": lambda f: rewritten(f, 5, prevhash="0" * 64),
    f"input {INPUT} was never applied": lambda f: f.documents["intake"].clear(),
    "verification 1 was never applied": lambda f: f.documents["triage"][COMPLAINT]["run"].update(
        seen={}
    ),
    "triage " + COMPLAINT + ": 2 events of 3": lambda f: f.documents["triage"][COMPLAINT].update(
        state={"sequence": 3}
    ),
    "were never sent": lambda f: f.unsent.update(intake=1),
    "stands at 0 of 2": lambda f: f.committed["redress-triage"].clear(),
    "2 entries of the ledger": lambda f: f.ledger.append(paid("A", "credit|b")),
    "8 writes for 7 records": lambda f: f.documents["triage"][COMPLAINT]["run"].update(rev=8),
    "cannot begin with redress.moon-seen.v1": lambda f: rewritten(
        f, 1, type="redress.moon-seen.v1"
    ),
    "stands before redress.effect-requested.v1": lambda f: rewritten(
        f, RESOLUTION, type="redress.case-noted.v1"
    ),
    "output 9 was never published": lambda f: f.documents["triage"][COMPLAINT]["run"].update(
        outputs=[{"n": 9, "value": b"{}"}]
    ),
    "undecodable: it was healthy": lambda f: f.records.append(letter(f.records[0])),
    "complaints.triage.dead-letters does not have it": lambda f: f.records.append(POISON),
    "it took 61 s": lambda f: setattr(f, "rest_s", 61.0),
    "credit|b is not in the ledger": verify_what_nobody_paid,
    "the mail of letter-1 was never sent": lambda f: f.mails.clear(),
    "letter-1: 3 mails after 1 crashes": lambda f: f.mails.extend(f.mails * 2),
    "triage.log: it tells a canary": lambda f: f.prints.update({"triage.log": CANARY.encode()}),
    "headers: it tells a canary": lambda f: f.records.append(
        replace(f.records[1], headers=(("ce_id", CANARY.encode()),))
    ),
}


@pytest.mark.parametrize("sentence", BROKEN)
def test_what_is_wrong_is_found(sentence):
    found = sound()
    BROKEN[sentence](found)

    told = violations(found, [COMPLAINT], Expected(crashes=1, canaries=[CANARY]))

    assert any(sentence in said for said in told)


def buried(*letters):
    """A sound run with a poison record and these dead letters."""
    found = sound()
    found.records += [POISON, *letters]
    return violations(found, [COMPLAINT], Expected([POISON]))


def test_poison_that_is_buried_with_its_bytes_and_headers_is_no_violation():
    assert buried(letter(POISON)) == []


def test_poison_that_is_not_buried_is_found():
    assert any("a poison record was not buried" in said for said in buried())


def test_a_dead_letter_that_lost_a_header_is_found():
    bare = letter(replace(POISON, headers=()))

    assert any("lost headers" in said for said in buried(bare))


def test_a_mark_on_a_dead_letter_is_none_itself():
    assert buried(letter(POISON), letter(POISON, **{"dlq-of": "0"})) == []


def test_a_parked_complaint_has_an_end_but_its_dead_letter_is_no_health():
    found = sound()
    lose_the_end(found)
    found.documents["triage"][COMPLAINT]["run"]["parked"] = "ValueError"

    assert violations(found, [COMPLAINT]) == []
