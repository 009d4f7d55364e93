"""What can never be handled: unreadable records, and documents that no store can hold."""

import uuid

import orjson
import pytest

from shared.decider import Decider, State
from shared.events.intake import MessageReceived
from shared.events.personal import Personal
from shared.events.verification import InfoProvided
from shared.pipeline import STAGES
from shared.testing.rig import Rig
from shared.testing.scenario import START
from shared.traceparent import trace_id
from shared.tracing.waiting import SPANS

INTAKE = STAGES["intake"]
ALMOST_FULL = 4 * 1024 * 1024 - 5_000


class Heard(State):
    items: tuple[str, ...] = ()
    number: int = 0
    blob: str = ""


def on_message(_state, data, _context):
    text = data.text.text
    if text.startswith("boom"):
        raise KeyError("a bug")
    if text == "huge":
        return [InfoProvided(items=("x" * 300_000,))]
    return [InfoProvided(items=(text,))]


def evolve(state, data, _event):
    changed = {"items": (*state.items, *data.items)}
    if data.items == ("number",):
        changed["number"] = 2**63
    if data.items == ("fill",):
        changed["blob"] = "x" * ALMOST_FULL
    return state.model_copy(update=changed)


DECIDER = Decider(Heard, {MessageReceived: on_message}, {InfoProvided: evolve})


@pytest.fixture
def rig():
    return Rig("verification", DECIDER)


@pytest.fixture
def complaint():
    return str(uuid.uuid4())


async def message(rig, complaint, text, sequence):
    data = MessageReceived(text=Personal(text), received_at=START)
    return await rig.record(data, complaint, sequence, "normal", INTAKE)


def items(rig, complaint):
    return tuple(rig.store.documents[complaint].state["items"])


async def test_an_oversize_event_parks_the_complaint(rig, complaint):
    await rig.run(await message(rig, complaint, "huge", 1))

    assert rig.store.documents[complaint].parked == "too_large"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"", "undecodable"),
        (b"\xff\xfe", "undecodable"),
        (b"[]", "undecodable"),
        (b'{"type": 7}', "undecodable"),
        (b'{"type": "redress.nothing-known.v1"}', "unknown_type"),
        (b'{"type": "redress.message-received.v9"}', "unknown_major"),
        (b'{"type": "redress.message-received.v1"}', "schema_invalid"),
        (b"[" * 100_000, "undecodable"),
        (b" " * 300_000, "too_large"),
    ],
)
async def test_what_cannot_be_read_is_a_dead_letter_with_its_bytes(rig, complaint, value, reason):
    bad = rig.fetched(INTAKE.topic("events"), complaint, value, [("x", None), ("y", b"\xff")])
    good = await message(rig, complaint, "fine", 1)

    await rig.run(bad, good)

    [letter] = [r for r in rig.log.records if r.topic == rig.stage.topic("dead-letters")]
    assert letter.value == value
    assert ("y", b"\xff") in letter.headers
    assert items(rig, complaint) == ("fine",)
    reasons = [v.decode() for k, v in letter.headers if k == "dlq-reason"]
    assert reasons == [reason]


async def test_a_key_that_is_not_the_subject_is_a_dead_letter(rig, complaint):
    record = await message(rig, complaint, "a", 1)
    record.key = b"somebody else"

    await rig.run(record)

    assert [letter["dlq-reason"] for letter in rig.dead_letters()] == ["envelope_mismatch"]


async def test_header_bytes_that_are_null_or_not_utf8_do_not_matter(rig, complaint):
    record = await message(rig, complaint, "a", 1)
    record.headers = [("ce_type", None), ("ce_id", b"\xff")]

    await rig.run(record)

    assert items(rig, complaint) == ("a",)


async def test_a_state_that_bson_cannot_hold_parks_its_complaint_alone(rig, complaint):
    other = str(uuid.uuid4())

    await rig.run(await message(rig, complaint, "number", 1), await message(rig, other, "fine", 1))

    assert rig.store.documents[complaint].parked == "OverflowError"
    assert len(rig.store.documents[complaint].waiting) == 1
    assert items(rig, other) == ("fine",)


async def test_records_that_not_even_a_parked_complaint_can_hold_are_dead_letters(rig, complaint):
    full = await message(rig, complaint, "fill", 1)
    await rig.run(full)
    rig.commit(full)
    before = rig.store.documents[complaint].rev

    await rig.run(await message(rig, complaint, "boom" + "y" * 6_000, 2))

    assert [letter["dlq-reason"] for letter in rig.dead_letters()] == ["DocumentTooLarge"]
    assert rig.store.documents[complaint].rev == before


async def test_a_parked_complaint_leaves_a_failed_span_whatever_the_share(
    rig, complaint, monkeypatch
):
    monkeypatch.setattr(SPANS, "share", 1e-9)
    record = await message(rig, complaint, "boom", 1)
    await rig.run(record)

    (span,) = map(orjson.loads, SPANS.take(10))
    assert span["traceId"] == trace_id(complaint)
    assert span["status"] == {"code": 2, "message": "rule_raised"}
    assert span["name"] == "verification parks"


async def test_nothing_is_noted_of_a_parked_complaint_where_nothing_is_traced(rig, complaint):
    await rig.run(await message(rig, complaint, "boom", 1))

    assert SPANS.take(10) == []
