"""Decoding a fetch: what is read in full, what by its attributes, what is a dead letter."""

import uuid
from datetime import UTC, datetime

from shared.envelope import make, write
from shared.events.triage import CaseSettled
from shared.events.verification import IdentityVerified
from shared.pipeline import STAGES
from shared.runner.decode import Interest, decode
from shared.testing.builders import an_example
from shared.testing.memory import Fetched

DECIDED = IdentityVerified.event_type
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


def kept(*records):
    return decode(records, Interest("g", decided={DECIDED}, kept={SETTLED}))


def test_of_a_type_that_is_only_kept_the_attributes_are_read():
    record = fetched(CaseSettled)
    batch = kept(record)

    [(attributes, value)] = batch.kept
    assert (attributes.type, attributes.stage, attributes.sequence) == (SETTLED, "triage", 1)
    assert value == record.value
    assert (batch.read, batch.by_complaint, batch.poison) == ([], {}, [])


def test_a_header_that_lies_about_a_kept_type_hides_nothing_from_the_decider():
    batch = kept(fetched(IdentityVerified, hint=SETTLED))

    assert batch.kept == []
    assert [it.envelope.type for [it] in batch.by_complaint.values()] == [DECIDED]


def test_a_kept_type_in_a_wrong_place_is_a_dead_letter():
    batch = kept(fetched(CaseSettled, key=b"another"), fetched(CaseSettled, value=b"\xff"))

    assert [error.slug for _, error in batch.poison] == ["envelope_mismatch", "undecodable"]


def test_every_record_is_counted_once():
    records = fetched(CaseSettled), fetched(IdentityVerified), fetched(CaseSettled, key=b"k")
    batch = decode(records, Interest("g", decided={DECIDED}, kept={SETTLED}))
    passed = decode(records[:1], Interest("g", decided={DECIDED}, passed={SETTLED}))

    assert batch.counts() == {"read": 1, "kept": 1, "skipped": 0, "dead_letter": 1}
    assert passed.counts() == {"read": 0, "kept": 0, "skipped": 1, "dead_letter": 0}
