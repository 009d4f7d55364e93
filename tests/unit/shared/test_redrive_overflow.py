"""A parked complaint with more waiting than its document holds, redriven twice in one batch."""

import uuid

import pytest

from shared.decider import Decider, State
from shared.events.base import RedriveSubmitted
from shared.events.intake import MessageReceived
from shared.events.personal import Personal
from shared.events.verification import InfoProvided, InfoRequestSubmitted
from shared.pipeline import STAGES
from shared.runner.folded import Room
from shared.runner.patience import PartitionLostError
from shared.testing.rig import Rig
from shared.testing.scenario import START


class Heard(State):
    items: tuple[str, ...] = ()


class Rules:
    broken = True

    def __call__(self, _state, data, _context):
        if self.broken:
            raise KeyError("a bug")
        text = data.text.text if isinstance(data, MessageReceived) else data.items[0]
        return [InfoProvided(items=(text,))]


def evolve(state, data, _event):
    return state.model_copy(update={"items": (*state.items, *data.items)})


@pytest.fixture
def rules():
    return Rules()


@pytest.fixture
def rig(rules):
    asked = {MessageReceived: rules, InfoRequestSubmitted: rules}
    decider = Decider(Heard, asked, {InfoProvided: evolve})
    return Rig("verification", decider, room=Room(records=2))


async def message(rig, complaint, text, sequence):
    data = MessageReceived(text=Personal(text), received_at=START)
    return await rig.record(data, complaint, sequence, "normal", STAGES["intake"])


async def command(rig, complaint, text):
    return await rig.record(InfoRequestSubmitted(staff="s", items=(text,)), complaint)


def left(rig):
    return [w for pile in rig.store.waiting.values() for w in pile]


async def redriven_until_empty(rig, complaint):
    """Feed the stage its own redrives, as Kafka would."""
    topic, read = rig.stage.topic("inputs"), 0
    while more := [r for r in rig.log.records if r.topic == topic][read:]:
        read += len(more)
        await rig.run(*(rig.fetched(topic, complaint, r.value, r.headers) for r in more))


async def test_what_a_batch_spills_is_not_forgotten_by_the_redrives_in_it(rig, rules):
    complaint = str(uuid.uuid4())
    await rig.run(*[await message(rig, complaint, text, n) for n, text in enumerate("ab", 1)])
    rules.broken = False

    await rig.run(
        await message(rig, complaint, "c", 3),
        await rig.record(RedriveSubmitted(staff="op"), complaint),
        await rig.record(RedriveSubmitted(staff="op"), complaint),
    )
    await redriven_until_empty(rig, complaint)

    document = rig.store.documents[complaint]
    assert document.state["items"] == ["a", "b", "c"]
    assert (document.parked, document.overflow, left(rig)) == (None, "", [])


async def test_the_next_redrive_of_a_process_that_died_is_produced_again(rig, rules):
    rig.room = Room(records=2, redriven_bytes=1)
    rig.restarted()
    complaint = str(uuid.uuid4())
    await rig.run(*[await message(rig, complaint, text, n) for n, text in enumerate("ab", 1)])
    rules.broken = False
    redrive = await rig.record(RedriveSubmitted(staff="op"), complaint)
    await rig.run(redrive)
    rig.log.records.clear()
    rig.restarted()

    await rig.run(redrive)
    await redriven_until_empty(rig, complaint)

    assert rig.store.documents[complaint].state["items"] == ["a", "b"]
    assert list(dict.fromkeys(event.sequence for event in rig.published())) == [1, 2]


async def test_what_was_spilled_for_a_write_that_never_came_is_not_redriven_out_of_turn(
    rig, rules, monkeypatch
):
    complaint = str(uuid.uuid4())
    first, second, third = [await message(rig, complaint, t, n) for n, t in enumerate("abc", 1)]
    await rig.run(first)
    with monkeypatch.context() as died:
        died.setattr(rig.store, "write", lost)
        with pytest.raises(PartitionLostError):
            await rig.run(second, third)
    rig.restarted()
    rules.broken = False
    await rig.run(await rig.record(RedriveSubmitted(staff="op"), complaint))
    rules.broken = True
    await rig.run(*[await command(rig, complaint, text) for text in "xyz"])
    rules.broken = False

    await rig.run(await rig.record(RedriveSubmitted(staff="op"), complaint))
    await redriven_until_empty(rig, complaint)
    await rig.run(second, third)

    assert rig.store.documents[complaint].state["items"] == ["a", "x", "y", "z", "b", "c"]


async def test_what_was_spilled_for_a_write_that_lost_its_race_is_swept(rig, rules, monkeypatch):
    complaint = str(uuid.uuid4())
    first, *rest = [await message(rig, complaint, t, n) for n, t in enumerate("abcd", 1)]
    await rig.run(first)
    write, raced = rig.store.write, []

    async def once_too_late(documents):
        raced.append(len(left(rig)))
        return {complaint} if len(raced) == 1 else await write(documents)

    monkeypatch.setattr(rig.store, "write", once_too_late)
    await rig.run(*rest)

    assert raced == [2, 4]
    assert [w.offset for w in left(rig)] == [2, 3]
    rules.broken = False
    await rig.run(await rig.record(RedriveSubmitted(staff="op"), complaint))
    await redriven_until_empty(rig, complaint)
    assert rig.store.documents[complaint].state["items"] == ["a", "b", "c", "d"]


async def test_a_redrive_that_a_late_process_takes_again_is_not_the_next_one(rig, rules):
    """It was committed when nothing waited: what it would make now, nobody would publish."""
    complaint = str(uuid.uuid4())
    rules.broken = False
    await rig.run(await message(rig, complaint, "a", 1))
    early = await rig.record(RedriveSubmitted(staff="op"), complaint)
    await rig.run(early)
    rules.broken = True
    late = await message(rig, complaint, "b", 2)
    await rig.run(late)
    rig.commit(early, late)
    rules.broken = False

    published = list(rig.log.records)
    await rig.run(early)
    rig.log.records[:] = published  # the late process dies between its write and its produce
    await rig.run(await rig.record(RedriveSubmitted(staff="op"), complaint))

    assert rig.store.documents[complaint].state["items"] == ["a", "b"]
    assert [event.sequence for event in rig.published()] == [1, 2]


async def lost(_documents):
    raise PartitionLostError("gone")
