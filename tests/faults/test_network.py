"""The network between the services and their servers: lost answers, cuts, delays."""

import asyncio

import pytest

from shared.pipeline import STAGES
from tests.faults.crowd import MORE
from tests.serving import until

pytestmark = pytest.mark.timeout(600)
PRODUCE, FETCH, COMMIT = 0, 1, 8  # numbers of Kafka's requests
LOSSES = 4  # the driver asks once more by itself
CUT_S = 15.0
FAULTS = {
    "refused": lambda proxy: proxy.down(),
    "reset": lambda proxy: proxy.reset(),
    "hanging": lambda proxy: proxy.hang(),
    "2 s late": lambda proxy: proxy.slow(latency_s=2.0),
    "1 kB/s": lambda proxy: proxy.slow(rate=1000.0),
}


def writes(collection):
    """Whether a request to mongod inserts into a collection or updates it."""
    name = collection.encode()
    marks = [
        b"\x02" + verb + b"\x00" + (len(name) + 1).to_bytes(4, "little") + name + b"\x00"
        for verb in (b"insert", b"update")
    ]
    return lambda data: any(mark in data for mark in marks)


def asks(number):
    """Whether a request to Kafka is of this kind."""
    return lambda data: data[4:6] == number.to_bytes(2, "big")


async def lost(proxy, count):
    """Wait until so many answers were lost."""
    await until(lambda: proxy.lost >= count, 60)


async def test_what_was_done_but_never_answered_is_done_once(arena):
    async with arena.case("16", "answers lost: writes of a stage, produced events") as case:
        stage = case.rng.choice(sorted(STAGES))
        before = arena.mongo.lost, arena.kafka.lost
        arena.mongo.lose(writes(stage), LOSSES)
        arena.kafka.lose(asks(PRODUCE), LOSSES)
        await case.submit()
        await lost(arena.mongo, before[0] + LOSSES)
        await lost(arena.kafka, before[1] + LOSSES)
        case.entry.cuts += 2 * LOSSES


@pytest.mark.slow
@pytest.mark.parametrize("collection", [*STAGES, "intake_inputs", "notify_history"])
async def test_a_write_without_an_answer_is_read_again(arena, collection):
    async with arena.case("16", f"answers lost: writes into {collection}") as case:
        before = arena.mongo.lost
        arena.mongo.lose(writes(collection), LOSSES)
        await case.submit(MORE)
        await lost(arena.mongo, before + LOSSES)
        case.entry.cuts += LOSSES


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "number"), [("produced", PRODUCE), ("commits", COMMIT)])
async def test_kafka_does_it_and_does_not_say_so(arena, kind, number):
    async with arena.case("16", f"answers lost: Kafka's, {kind}") as case:
        before = arena.kafka.lost
        arena.kafka.lose(asks(number), 3 * LOSSES)
        await case.submit(MORE)
        await lost(arena.kafka, before + 3 * LOSSES)
        case.entry.cuts += 3 * LOSSES


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("server", ["kafka", "mongo"])
async def test_a_network_that_fails_is_waited_out(arena, server, fault):
    async with arena.case("17", f"network to {server}: {fault}") as case:
        asking = asyncio.create_task(case.submit(MORE))
        proxy = getattr(arena, server)
        for _ in range(3):
            await asyncio.sleep(case.rng.uniform(0.5, 2.0))
            FAULTS[fault](proxy)
            case.entry.cuts += 1
        await asyncio.sleep(CUT_S)
        proxy.heal()
        await asking


@pytest.mark.slow
@pytest.mark.parametrize("number", [FETCH, COMMIT])
async def test_a_connection_that_goes_silent_is_given_up(arena, number):
    async with arena.case("17", f"connections to Kafka go silent at request {number}") as case:
        before = arena.kafka.lost
        arena.kafka.mute(asks(number), LOSSES)
        await case.submit(MORE)
        await lost(arena.kafka, before + LOSSES)
        case.entry.cuts += LOSSES
        await asyncio.sleep(CUT_S)
