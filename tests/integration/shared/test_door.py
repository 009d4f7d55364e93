"""The door on a real MongoDB, its relay on a real Kafka: each input once, and none lost."""

import asyncio
import contextlib
from datetime import timedelta
from uuid import uuid4

import pytest

from services.intake.decide import DECIDER
from shared.envelope import read
from shared.errors import TransientError
from shared.events.intake import ComplaintSubmitted
from shared.pipeline import STAGES
from shared.runner.door import Door, KeyReusedError, Request
from shared.runner.kafka import KafkaLog
from shared.runner.scan import reader, until_end
from tests.unit.verification.complaints import facts

INTAKE = STAGES["intake"]
INPUTS = INTAKE.topic("inputs")
AN_HOUR = timedelta(hours=1)


@pytest.fixture
async def rows(wiring):
    await wiring.inputs["intake"].prepare()
    return wiring.inputs["intake"].rows


@pytest.fixture
def door(wiring, log):
    return open_door(wiring, log)


def open_door(wiring, log):
    stores, inputs, keyring = wiring.stores, wiring.inputs, wiring.keyring
    parts = (INTAKE, DECIDER, stores["intake"], inputs["intake"], log, keyring)
    return Door(*parts, policy=wiring.policy)


def request(id_="same", fingerprint="f", window=None, **answer):
    return Request(id_, fingerprint, answer, window)


async def submit(door, same=None, complaint=None):
    data = ComplaintSubmitted(facts=facts("Where is my deposit?"))
    return await door.accept(data, complaint=complaint or str(uuid4()), request=same)


@contextlib.asynccontextmanager
async def relaying(door):
    task = asyncio.create_task(door.relay())
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def until_sent(rows, count, seconds=20):
    """Wait until so many rows are marked as produced."""
    async with asyncio.timeout(seconds):
        while await rows.count_documents({"sent_at": {"$exists": True}}) < count:  # noqa: ASYNC110 - MongoDB alone is told
            await asyncio.sleep(0.05)


async def produced(servers, *complaints):
    """The records of these complaints in the inputs topic."""
    async with reader(servers, [INPUTS]) as consumer:
        keys = {complaint.encode() for complaint in complaints}
        return [record async for record in until_end(consumer) if record.key in keys]


async def test_fifty_requests_at_once_with_one_key_are_one_row_and_one_answer(door, rows):
    tries = [submit(door, request(reference=str(number))) for number in range(50)]

    accepted = await asyncio.gather(*tries)

    assert await rows.count_documents({}) == 1
    assert len({found.event_id for found in accepted}) == 1
    assert len({found.answer["reference"] for found in accepted}) == 1
    assert sum(not found.replayed for found in accepted) == 1


async def test_the_same_key_for_another_body_is_refused_and_changes_nothing(door, rows):
    await submit(door, request())
    before = await rows.find_one({})

    with pytest.raises(KeyReusedError):
        await submit(door, request(fingerprint="other"))

    assert await rows.find({}).to_list(None) == [before]


async def test_requests_without_a_key_are_rows_of_their_own(door, rows):
    await submit(door)
    await submit(door)

    assert await rows.count_documents({}) == 2


async def test_after_its_window_a_repeated_request_is_a_new_one_under_the_same_id(door, rows):
    first = await submit(door, request(window=AN_HOUR))
    within = await submit(door, request(window=AN_HOUR))
    row = await rows.find_one({})
    await door.inputs.sent([await door.inputs.get(row["_id"])])
    long_ago = {"accepted_at": row["accepted_at"] - 2 * AN_HOUR}
    await rows.update_one({}, {"$set": long_ago})

    later = await submit(door, request(fingerprint="other", window=AN_HOUR))

    assert (within.replayed, later.replayed) == (True, False)
    assert within.event_id == first.event_id != later.event_id
    assert await rows.count_documents({"unsent": True}) == await rows.count_documents({}) == 1


async def test_a_row_that_was_never_produced_outlives_its_window(door, rows):
    first = await submit(door, request(window=AN_HOUR))
    row = await rows.find_one({})
    await rows.update_one({}, {"$set": {"accepted_at": row["accepted_at"] - 2 * AN_HOUR}})

    again = await submit(door, request(window=AN_HOUR))

    assert (again.event_id, again.replayed) == (first.event_id, True)
    assert (await rows.find_one({}))["event_id"] == first.event_id


async def test_a_slow_relay_leaves_the_row_unsent_that_took_its_rows_place(door, rows):
    await submit(door, request(window=AN_HOUR))
    row = await rows.find_one({})
    slow = await door.inputs.get(row["_id"])
    await door.inputs.sent([slow])
    await rows.update_one({}, {"$set": {"accepted_at": row["accepted_at"] - 2 * AN_HOUR}})
    await submit(door, request(window=AN_HOUR))

    await door.inputs.sent([slow])

    assert await rows.count_documents({"unsent": True}) == 1


async def test_of_two_late_repeats_at_once_one_is_new_and_the_other_its_replay(door, rows):
    await submit(door, request(window=AN_HOUR))
    row = await rows.find_one({})
    await door.inputs.sent([await door.inputs.get(row["_id"])])
    await rows.update_one({}, {"$set": {"accepted_at": row["accepted_at"] - 2 * AN_HOUR}})

    both = await asyncio.gather(*(submit(door, request(window=AN_HOUR)) for _ in range(2)))

    assert sorted(found.replayed for found in both) == [False, True]
    assert len({found.event_id for found in both}) == 1


async def test_what_is_accepted_is_produced_as_it_was_stored_and_marked(door, rows, kafka):
    complaint = str(uuid4())

    async with relaying(door):
        accepted = await submit(door, complaint=complaint)
        await until_sent(rows, 1)

    row = await rows.find_one({})
    (record,) = await produced(kafka, complaint)
    assert "unsent" not in row
    assert (record.value, dict(record.headers)["ce_id"]) == (row["value"], row["_id"].encode())
    assert read(record.value, []).id == accepted.event_id
    assert b"deposit" not in record.value


async def test_what_came_while_kafka_was_away_is_produced_when_it_is_back(
    wiring, rows, kafka, nowhere
):
    log = KafkaLog(nowhere)
    with pytest.raises(TransientError):
        await log.start()
    door, complaints = open_door(wiring, log), [str(uuid4()) for _ in range(3)]

    async with relaying(door):
        for complaint in complaints:
            await submit(door, complaint=complaint)
        await asyncio.sleep(0.3)
        waiting = await rows.count_documents({"unsent": True})
        log.servers = [kafka]
        await log.start()
        await until_sent(rows, 3)
    await log.stop()

    assert waiting == 3
    records = await produced(kafka, *complaints)
    assert sorted(record.key.decode() for record in records) == sorted(complaints)


async def test_what_a_dead_process_left_is_produced_by_another(wiring, rows, log, kafka):
    complaint = str(uuid4())
    await submit(open_door(wiring, log), complaint=complaint)
    before = (await rows.find_one({}))["accepted_at"]
    await rows.update_one({}, {"$set": {"accepted_at": before - timedelta(minutes=1)}})

    async with relaying(open_door(wiring, log)):
        await until_sent(rows, 1)

    assert len(await produced(kafka, complaint)) == 1
