"""The runner's promises on ports in memory: duplicates, crashes, lanes, parking."""

import uuid

import pytest

from shared.decider import Decider, State
from shared.envelope import digest, read
from shared.errors import BadDeployError, TransientError
from shared.events.base import RedriveSubmitted
from shared.events.intake import MessageReceived
from shared.events.personal import Personal
from shared.events.verification import InfoProvided, VerificationLaneRaised
from shared.pipeline import STAGES
from shared.testing.rig import Rig
from shared.testing.scenario import START

INTAKE = STAGES["intake"]


class Heard(State):
    items: tuple[str, ...] = ()


def on_message(_state, data, _context):
    text = data.text.text
    if text == "boom":
        raise KeyError("a bug")
    if text == "silence":
        return []
    return [InfoProvided(items=(text,))]


def evolve(state, data, _event):
    return state.model_copy(update={"items": (*state.items, *data.items)})


def mended(_state, data, _context):
    return [InfoProvided(items=(data.text.text,))]


DECIDER = Decider(Heard, {MessageReceived: on_message}, {InfoProvided: evolve})
MENDED = Decider(Heard, {MessageReceived: mended}, {InfoProvided: evolve})


@pytest.fixture
def rig():
    return Rig("verification", DECIDER)


@pytest.fixture
def complaint():
    return str(uuid.uuid4())


async def message(rig, complaint, text, sequence, lane="normal"):
    data = MessageReceived(text=Personal(text), received_at=START)
    return await rig.record(data, complaint, sequence, lane, INTAKE)


def items(rig, complaint):
    return tuple(rig.store.documents[complaint].state["items"])


async def test_a_batch_is_folded_in_order_into_one_document(rig, complaint):
    records = [await message(rig, complaint, text, n) for n, text in enumerate("abc", 1)]

    await rig.run(*records)

    assert items(rig, complaint) == ("a", "b", "c")
    events = rig.published()
    assert [e.sequence for e in events] == [1, 2, 3]
    assert [e.causationid for e in events] == [read(r.value, []).id for r in records]
    assert rig.store.documents[complaint].rev == 1


async def test_events_are_chained_by_the_hash_of_their_predecessor(rig, complaint):
    for n, text in enumerate("abc", 1):
        record = await message(rig, complaint, text, n)
        await rig.run(record)
        rig.commit(record)

    values = [r.value for r in rig.log.records]
    hashes = [read(v, []).prevhash for v in values]
    assert hashes == ["", digest(values[0]), digest(values[1])]


async def test_a_redelivered_record_has_its_stored_bytes_published_again(rig, complaint):
    record = await message(rig, complaint, "a", 1)
    await rig.run(record)
    rig.restarted()

    await rig.run(record)

    first, second = [r.value for r in rig.log.records]
    assert first == second
    assert items(rig, complaint) == ("a",)


async def test_a_copy_of_a_record_is_dropped_silently(rig, complaint):
    record = await message(rig, complaint, "a", 1)
    await rig.run(record)
    rig.commit(record)
    copy = rig.fetched(record.topic, complaint, record.value, record.headers)

    await rig.run(copy)

    assert len(rig.published()) == 1
    assert items(rig, complaint) == ("a",)


async def test_outputs_of_a_lost_process_go_out_before_new_ones(rig, complaint):
    first = await message(rig, complaint, "a", 1)
    await rig.run(first)
    rig.log.records.clear()
    rig.restarted()
    second = await message(rig, complaint, "b", 2)

    await rig.run(second)

    assert [e.sequence for e in rig.published()] == [1, 2]


async def test_committed_outputs_are_dropped_with_the_next_write(rig, complaint):
    first = await message(rig, complaint, "a", 1)
    await rig.run(first)
    rig.commit(first)
    await rig.run(await message(rig, complaint, "b", 2))

    assert [o.sequence for o in rig.store.documents[complaint].outputs] == [2]


async def test_a_wanted_record_without_an_answer_is_still_remembered(rig, complaint):
    record = await message(rig, complaint, "silence", 1)
    await rig.run(record)

    assert rig.store.documents[complaint].seen == {"intake": {"normal": 1}}
    assert rig.log.records == []


async def test_a_rule_that_raises_parks_its_complaint_and_no_other(rig, complaint):
    other = str(uuid.uuid4())
    records = [
        await message(rig, complaint, "boom", 1),
        await message(rig, other, "fine", 1),
        await message(rig, complaint, "later", 2),
    ]

    await rig.run(*records)

    parked = rig.store.documents[complaint]
    assert parked.parked == "KeyError"
    assert [w.offset for w in parked.waiting] == [0, 2]
    assert parked.seen == {}
    assert items(rig, other) == ("fine",)
    assert [letter["dlq-reason"] for letter in rig.dead_letters()] == ["rule_raised"]


async def test_redriving_folds_what_waited_in_order(rig, complaint):
    await rig.run(await message(rig, complaint, "boom", 1), await message(rig, complaint, "b", 2))
    rig.runner.settling.decider = MENDED

    await rig.run(await rig.record(RedriveSubmitted(staff="op"), complaint))

    assert items(rig, complaint) == ("boom", "b")
    assert rig.store.documents[complaint].parked is None
    assert rig.store.documents[complaint].waiting == []


async def test_redriving_without_a_fix_parks_again_and_loses_nothing(rig, complaint):
    await rig.run(await message(rig, complaint, "boom", 1), await message(rig, complaint, "b", 2))

    await rig.run(await rig.record(RedriveSubmitted(staff="op"), complaint))

    assert rig.store.documents[complaint].parked == "KeyError"
    assert len(rig.store.documents[complaint].waiting) == 2


async def test_more_than_200_waiting_records_spill_and_drain_in_order(rig, complaint):
    records = [await message(rig, complaint, "boom", 1)]
    records += [await message(rig, complaint, str(n), n) for n in range(2, 452)]
    await rig.run(*records)
    assert len(rig.store.documents[complaint].waiting) == 200
    [pile] = rig.store.waiting.values()
    assert len(pile) == 251
    rig.runner.settling.decider = MENDED

    redrive = await rig.record(RedriveSubmitted(staff="op"), complaint)
    for _ in range(6):
        before = len(rig.published("inputs"))
        await rig.run(redrive)
        rig.commit(redrive)
        new = [r for r in rig.log.records if r.topic == rig.stage.topic("inputs")][before:]
        if not new:
            break
        redrive = rig.fetched(new[0].topic, complaint, new[0].value, new[0].headers)

    assert items(rig, complaint) == ("boom", *(str(n) for n in range(2, 452)))
    assert rig.store.documents[complaint].parked is None
    assert list(rig.store.waiting.values()) == [[]]


async def test_too_many_raising_complaints_in_a_row_stop_with_nothing_written(rig):
    records = [await message(rig, str(uuid.uuid4()), "boom", 1) for _ in range(21)]

    with pytest.raises(BadDeployError) as error:
        await rig.run(*records)

    assert rig.store.documents == {}
    assert isinstance(error.value.__cause__, KeyError)


async def test_one_complaint_that_raises_at_every_redrive_is_no_bad_deploy(rig, complaint):
    await rig.run(await message(rig, complaint, "boom", 1))

    for _ in range(25):
        await rig.run(await rig.record(RedriveSubmitted(staff="op"), complaint))

    assert rig.store.documents[complaint].parked


async def test_an_express_event_raises_the_lane_first(complaint):
    rig = Rig("verification", DECIDER, "express")

    await rig.run(await message(rig, complaint, "help", 1, "express"))

    events = rig.published("events", "express")
    assert isinstance(events[0].data, VerificationLaneRaised)
    assert [e.sequence for e in events] == [1, 2]
    assert rig.store.documents[complaint].lane == "express"


async def test_a_normal_record_of_an_express_complaint_is_passed_on_unopened(complaint):
    rig = Rig("verification", DECIDER, "express")
    await rig.run(await message(rig, complaint, "help", 2, "express"))
    rig.restarted("normal")
    late = await message(rig, complaint, "late", 1)

    await rig.run(late)

    passed = [r for r in rig.log.records if r.topic == rig.stage.topic("inputs", "express")]
    assert [r.value for r in passed] == [late.value]
    rig.restarted("express")
    await rig.run(rig.fetched(passed[0].topic, complaint, passed[0].value, passed[0].headers))
    assert items(rig, complaint) == ("help", "late")


async def test_a_sealed_value_whose_key_is_unknown_parks(rig, complaint):
    record = await message(rig, complaint, "a", 1)
    rig.forget_keys()
    rig.restarted()

    await rig.run(record)

    assert rig.store.documents[complaint].parked == "key_missing"


async def test_personal_text_rests_only_sealed(rig, complaint):
    await rig.run(await message(rig, complaint, "silence", 1))
    record = await message(rig, complaint, "my secret", 2)

    assert b"my secret" not in record.value


async def test_a_complaint_parked_by_a_lost_process_has_its_notice_given_again(rig, complaint):
    record = await message(rig, complaint, "boom", 1)
    await rig.run(record)
    rig.log.records.clear()
    rig.restarted()

    await rig.run(record)

    assert [(x["dlq-reason"], x["dlq-parked"]) for x in rig.dead_letters()] == [
        ("parked", complaint)
    ]


async def test_a_write_that_came_through_without_an_answer_leaves_nothing_unready(
    rig, complaint, monkeypatch
):
    write, asked = rig.store.write, []

    async def unanswered(documents):
        asked.append(await write(documents))
        raise TransientError("no answer")

    monkeypatch.setattr(rig.store, "write", unanswered)
    await rig.run(await message(rig, complaint, "a", 1))

    assert asked == [set()]
    assert rig.runner.settling.patience.since is None
