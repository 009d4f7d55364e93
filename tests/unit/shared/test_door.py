"""The door and its relay over ports in memory: left-overs, windows and late relays."""

import asyncio
import contextlib
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from shared.decider import Decider, State
from shared.errors import TransientError
from shared.events.intake import ComplaintSubmitted, MessageSubmitted
from shared.events.personal import Personal
from shared.events.verification import InfoProvided
from shared.http.errors import ProblemError
from shared.policy import load
from shared.runner.door import Door, Request
from shared.runner.ports import Document
from shared.runner.relay import RELAY_BATCH
from shared.testing.memory import InMemoryInputs, InMemoryLog
from shared.testing.rig import Rig
from shared.tracing.waiting import SPANS
from tests.unit.verification.complaints import facts

AN_HOUR = timedelta(hours=1)


def reads_what_is_sealed(state, _data, _context):
    return [InfoProvided(items=(state.note.text,))]


class Noted(State):
    note: Personal | None = None


DECIDER = Decider(Noted, {MessageSubmitted: reads_what_is_sealed}, {})


class Entrance:
    """A door whose clock may be put forward."""

    def __init__(self):
        self.ahead = timedelta()
        self.rig = Rig("intake", DECIDER)
        self.inputs = InMemoryInputs(now=lambda: datetime.now(UTC) + self.ahead)
        self.door = self.opened(self.rig.log)

    def opened(self, log):
        """The door of another process on the same store."""
        rig = self.rig
        parts = (rig.stage, DECIDER, rig.store, self.inputs, log, rig.keyring)
        return Door(*parts, policy=load("default"))

    async def submit(self, door=None, same=None):
        data = ComplaintSubmitted(facts=facts("Where is my deposit?"))
        return await (door or self.door).accept(data, complaint=str(uuid.uuid4()), request=same)

    def age(self, time):
        for id_, row in self.inputs.rows.items():
            changed = {name: getattr(row, name) for name in row.__slots__}
            self.inputs.rows[id_] = type(row)(**{**changed, "accepted_at": row.accepted_at - time})

    def produced(self):
        return [envelope.id for envelope in self.rig.published("inputs")]


@pytest.fixture
def entrance():
    return Entrance()


@contextlib.asynccontextmanager
async def running(work):
    task = asyncio.create_task(work)
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def until(found, seconds=3):
    async with asyncio.timeout(seconds):
        while not found():  # noqa: ASYNC110 - ports in memory tell nobody
            await asyncio.sleep(0.01)


def same(fingerprint="f"):
    return Request("same", fingerprint, {}, AN_HOUR)


async def test_left_overs_are_produced_while_fresh_rows_keep_coming(entrance):
    async def traffic():
        while True:
            await entrance.submit()
            await asyncio.sleep(0.005)

    async with running(traffic()), running(entrance.door.relay(0.5)):
        await until(entrance.produced)
        left = await entrance.submit(entrance.opened(InMemoryLog()))
        entrance.ahead = timedelta(minutes=1)
        await until(lambda: left.event_id in entrance.produced())

    assert len(entrance.produced()) == len(set(entrance.produced()))


async def test_a_row_that_waits_longer_than_left_overs_do_is_produced_once(entrance):
    count = 2 * RELAY_BATCH
    for _ in range(count):
        await entrance.submit()
    entrance.ahead = timedelta(minutes=1)

    async with running(entrance.door.relay(0.02)):
        await until(lambda: not [r for r in entrance.inputs.rows.values() if not r.sent])
        await asyncio.sleep(0.1)

    assert len(entrance.produced()) == len(set(entrance.produced())) == count


async def test_left_overs_of_many_batches_do_not_wait_for_the_clock(entrance):
    dead = entrance.opened(InMemoryLog())
    for _ in range(2 * RELAY_BATCH + 1):
        await entrance.submit(dead)
    entrance.ahead = timedelta(minutes=1)

    async with running(entrance.door.relay(30)):
        await until(lambda: all(row.sent for row in entrance.inputs.rows.values()))


async def test_what_could_not_be_produced_is_a_left_over(entrance):
    class Away(InMemoryLog):
        async def publish(self, records):
            if not self.records:
                self.records = list(records)
                raise TransientError("Kafka is away")
            await entrance.rig.log.publish(records)

    door = entrance.opened(Away())
    accepted = await entrance.submit(door)
    entrance.ahead = timedelta(minutes=1)

    async with running(door.relay(0.02)):
        await until(lambda: entrance.produced() == [accepted.event_id])


async def test_an_unsent_row_is_answered_as_a_replay_however_old_it_is(entrance):
    first = await entrance.submit(same=same())
    entrance.age(2 * AN_HOUR)

    again = await entrance.submit(same=same())

    assert (again.event_id, again.replayed) == (first.event_id, True)


async def test_a_row_that_was_produced_and_outlived_its_window_is_replaced(entrance):
    first = await entrance.submit(same=same())
    await entrance.door.send(list(entrance.inputs.rows.values()))
    entrance.age(2 * AN_HOUR)

    later = await entrance.submit(same=same())

    assert (later.event_id != first.event_id, later.replayed) == (True, False)
    assert [row.sent for row in entrance.inputs.rows.values()] == [False]


async def test_a_slow_relay_leaves_the_row_unsent_that_took_its_rows_place(entrance):
    await entrance.submit(same=same())
    slow = list(entrance.inputs.rows.values())
    await entrance.inputs.sent(slow)
    entrance.age(2 * AN_HOUR)
    later = await entrance.submit(same=same())

    await entrance.door.send(slow)

    assert [r.event_id for r in await entrance.inputs.unsent(9, 0)] == [later.event_id]


async def test_whoever_comes_second_to_an_outdated_row_gets_the_answer_of_the_first(entrance):
    await entrance.submit(same=same())
    await entrance.door.send(list(entrance.inputs.rows.values()))
    entrance.age(2 * AN_HOUR)
    old = entrance.inputs.rows["same"]
    first = await entrance.submit(same=same())

    there = await entrance.inputs.replace(old, old)

    assert there.event_id == first.event_id


async def test_an_input_for_a_complaint_without_a_key_is_a_problem(entrance):
    message = MessageSubmitted(text=Personal("Any news?"), received_at=datetime.now(UTC))

    with pytest.raises(ProblemError) as caught:
        await entrance.door.accept(message, complaint=str(uuid.uuid4()))

    assert (caught.value.status_code, entrance.inputs.rows) == (404, {})


async def test_a_rehearsal_that_reads_what_lost_its_key_is_a_problem(entrance):
    complaint, note = str(uuid.uuid4()), Personal("Deposit")
    note.seal(await entrance.rig.keyring.create(complaint), "note")
    await entrance.rig.store.write([Document(complaint, Noted(note=note), rev=1)])
    entrance.rig.keystore.keys.clear()
    message = MessageSubmitted(text=Personal("Any news?"), received_at=datetime.now(UTC))

    with pytest.raises(ProblemError) as caught:
        await entrance.door.rehearse(complaint, message, "customer")

    assert caught.value.status_code == 404


@pytest.mark.parametrize(("lane", "spans"), [("express", 1), ("normal", 0)])
async def test_funds_in_danger_are_traced_from_the_door_on(entrance, monkeypatch, lane, spans):
    monkeypatch.setattr(SPANS, "share", 1e-12)
    told = ComplaintSubmitted(facts=facts("Somebody empties my account!"))

    await entrance.door.accept(told, complaint=str(uuid.uuid4()), lane=lane)

    (row,) = entrance.inputs.rows.values()
    assert (b'"traceparent":"00-' in row.value) is bool(spans)
    assert len(SPANS.take(10)) == spans
