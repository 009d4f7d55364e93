"""Decoding a fetch: what is read in full, what by its attributes, what is a dead letter."""

import uuid
from datetime import UTC, datetime

from shared.envelope import make, write
from shared.events.triage import CaseSettled
from shared.events.verification import IdentityFailed
from shared.pipeline import STAGES
from shared.runner.decode import Interest, decode
from shared.testing.builders import an_example
from shared.testing.memory import Fetched

DECIDED = IdentityFailed.event_type
SETTLED = CaseSettled.event_type


def fetched(model, *, key=None, hint=None, value=None):
    complaint = str(uuid.uuid4())
    stage = next(s for s in STAGES.values() if model in s.emits)
    envelope = make(
        an_example(model),
        id=str(uuid.uuid4()),
        stage=stage.name,
        complaint=complaint,
        time=datetime.now(UTC),
        lane="normal",
        sequence=1,
    )
    headers = [("ce_type", (hint or model.event_type).encode())]
    return Fetched(
        stage.topic("events"), 0, 0, key or complaint.encode(), value or write(envelope), headers
    )


def read(*records):
    return decode(records, Interest("g", decided={DECIDED}))


def test_what_only_a_projection_wants_is_read_in_full_and_kept_from_the_decider():
    record = fetched(CaseSettled)
    batch = read(record)

    assert [it.envelope.type for it in batch.read] == [SETTLED]
    assert (batch.by_complaint, batch.poison) == ({}, [])


def test_a_header_that_lies_hides_nothing_from_the_decider():
    batch = read(fetched(IdentityFailed, hint=SETTLED))

    assert [it.envelope.type for [it] in batch.by_complaint.values()] == [DECIDED]


def test_what_a_projection_could_not_read_again_is_a_dead_letter():
    malformed = fetched(CaseSettled)
    malformed.value = malformed.value.partition(b',"data"')[0] + b',"data":[1]}'
    batch = read(
        fetched(CaseSettled, key=b"another"), fetched(CaseSettled, value=b"\xff"), malformed
    )

    slugs = ["envelope_mismatch", "undecodable", "schema_invalid"]
    assert [error.slug for _, error in batch.poison] == slugs


def test_every_record_is_counted_once():
    records = fetched(CaseSettled), fetched(IdentityFailed), fetched(CaseSettled, key=b"k")
    passed = decode(records, Interest("g", decided={DECIDED}, passed={SETTLED}))

    assert read(*records).counts() == {"read": 2, "skipped": 0, "dead_letter": 1}
    assert passed.counts() == {"read": 1, "skipped": 2, "dead_letter": 0}
