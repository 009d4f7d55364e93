"""The checker is right about a sound little log, and finds each thing that can be wrong in it."""

import hashlib
import json
import uuid
from dataclasses import replace

import pytest

from shared.pipeline import LANES, ROWS, STAGES
from tests.e2e.checker import violations
from tests.e2e.evidence import Evidence, Record

COMPLAINT = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
INPUT = "0a0a0a0a-0000-4000-8000-000000000001"
STORY = (
    ("intake", "redress.complaint-received.v1", {}),
    ("verification", "redress.admissibility-decided.v1", {"admissible": True}),
    ("triage", "redress.case-classified.v1", {}),
    ("triage", "redress.case-assigned.v1", {}),
    ("resolution", "redress.case-closed.v1", {"level": 1}),
)


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
    records = [record("complaints.intake.inputs", 0, asked)]
    made: dict[str, list[Record]] = {}
    cause = INPUT
    for stage, type_, data in STORY:
        own = made.setdefault(stage, [])
        same = bool(own)
        cause_ = json.loads(own[-1].value)["causationid"] if same else cause
        own.append(
            event(
                stage,
                len(own) + 1,
                cause_,
                own[-1] if own else None,
                index=len(own),
                type=type_,
                data=data,
            )
        )
        cause = json.loads(own[0].value)["id"]
    records += [r for own in made.values() for r in own]
    ends = {(r.topic, r.partition): r.offset + 1 for r in records}
    return Evidence(records, ends, committed(ends), documents(made), {"intake": 0}, [paid("a")])


def committed(ends):
    return {row.group(lane): dict(ends) for row in ROWS for lane in LANES}


def documents(made):
    seen = {stage: {"normal": len(own)} for stage, own in made.items()}
    found = {row.name: {} for row in ROWS}
    for stage, own in made.items():
        ids = [INPUT] if stage == "intake" else []
        run = {
            "ids": ids,
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
    found.records.pop()
    found.documents["resolution"] = {}


def appeal(found):
    last = found.records[-1]
    more = {"type": "redress.appeal-admitted.v1", "data": {"level": 2}, "index": 1}
    cause = json.loads(last.value)["causationid"]
    found.records.append(event("resolution", 2, cause, last, **more))
    found.documents["resolution"][COMPLAINT]["state"]["sequence"] = 2


def apply_again(found):
    last = found.records[4]
    cause = json.loads(last.value)["causationid"]
    found.records.append(event("triage", 3, cause, last, type="redress.case-assigned.v1", data={}))
    found.documents["triage"][COMPLAINT]["state"]["sequence"] = 3


def swap(found):
    first, second = found.records[3], found.records[4]
    found.records[3], found.records[4] = replace(second, offset=0), replace(first, offset=1)


BROKEN = {
    "has no end": lose_the_end,
    "accepted and has no end": appeal,
    "was applied 2 times": apply_again,
    "not made from its cause": lambda f: rewritten(f, 1, id=str(uuid.uuid4())),
    "gaps or forks": lambda f: rewritten(f, 4, sequence=3),
    "several partitions": lambda f: f.records.append(replace(f.records.pop(4), partition=1)),
    "out of order": swap,
    "contents": lambda f: f.records.append(replace(f.records[1], value=f.records[1].value + b" ")),
    "chain is broken": lambda f: rewritten(f, 4, prevhash="0" * 64),
    f"input {INPUT} was never applied": lambda f: f.documents["intake"].clear(),
    "verification 1 was never applied": lambda f: f.documents["triage"][COMPLAINT]["run"].update(
        seen={}
    ),
    "triage " + COMPLAINT + ": 2 events of 3": lambda f: f.documents["triage"][COMPLAINT].update(
        state={"sequence": 3}
    ),
    "were never sent": lambda f: f.unsent.update(intake=1),
    "stands at 0 of 1": lambda f: f.committed["redress-triage"].clear(),
    "2 entries of the ledger": lambda f: f.ledger.append(paid("A", "credit|b")),
    "unknown_type": lambda f: f.records.append(
        Record(
            "complaints.triage.dead-letters", 0, 0, None, b"", (("dlq-reason", b"unknown_type"),)
        )
    ),
}


@pytest.mark.parametrize("sentence", BROKEN)
def test_what_is_wrong_is_found(sentence):
    found = sound()
    BROKEN[sentence](found)

    assert any(sentence in said for said in violations(found, [COMPLAINT]))
