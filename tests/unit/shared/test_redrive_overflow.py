"""A parked complaint with more waiting than its document holds, redriven twice in one batch."""

import uuid

import pytest

from shared.decider import Decider, State
from shared.events.base import RedriveSubmitted
from shared.events.intake import MessageReceived
from shared.events.personal import Personal
from shared.events.verification import InfoProvided
from shared.pipeline import STAGES
from shared.runner.folded import Room
from shared.testing.rig import Rig
from shared.testing.scenario import START


class Heard(State):
    items: tuple[str, ...] = ()


class Rules:
    broken = True

    def __call__(self, _state, data, _context):
        if self.broken:
            raise KeyError("a bug")
        return [InfoProvided(items=(data.text.text,))]


def evolve(state, data, _event):
    return state.model_copy(update={"items": (*state.items, *data.items)})


@pytest.fixture
def rules():
    return Rules()


@pytest.fixture
def rig(rules):
    decider = Decider(Heard, {MessageReceived: rules}, {InfoProvided: evolve})
    return Rig("verification", decider, room=Room(records=2))


async def message(rig, complaint, text, sequence):
    data = MessageReceived(text=Personal(text), received_at=START)
    return await rig.record(data, complaint, sequence, "normal", STAGES["intake"])


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
    assert (document.parked, document.overflow, rig.store.waiting[complaint]) == (None, False, [])


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
