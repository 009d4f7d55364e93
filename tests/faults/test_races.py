"""Two writers on one document at once: one outcome for each `rev`, on a real MongoDB."""

import asyncio
import uuid

import pytest_asyncio
from pydantic import SecretStr

from services.triage.state import TriageState
from shared.runner.mongo import MongoStore, connect
from shared.runner.ports import Document
from shared.settings import Settings

WRITERS = 8
ROUNDS = 25


@pytest_asyncio.fixture
async def stores(addresses):
    """As many processes' stores of one stage as there are writers."""
    settings = Settings(mongo=SecretStr(addresses.mongo))
    clients = [connect(settings) for _ in range(WRITERS)]
    name = f"races_{uuid.uuid4().hex[:10]}"
    made = [MongoStore(client[name], "triage") for client in clients]
    await made[0].prepare()
    yield made
    await clients[0].drop_database(name)
    for client in clients:
        client.close()


def attempt(complaint, rev, writer):
    return Document(complaint, TriageState(sequence=rev), rev=rev, prevhash=f"writer {writer}")


async def test_of_many_writers_of_one_revision_exactly_one_wins_and_the_others_know(stores):
    complaint = str(uuid.uuid4())
    for rev in range(1, ROUNDS + 1):
        doubts = await asyncio.gather(
            *(s.write([attempt(complaint, rev, n)]) for n, s in enumerate(stores))
        )
        winners = [n for n, doubt in enumerate(doubts) if doubt == set()]
        there = (await stores[0].find([complaint]))[complaint]

        assert len(winners) == 1
        assert (there.rev, there.prevhash) == (rev, f"writer {winners[0]}")


async def test_one_lost_race_in_a_batch_leaves_the_rest_of_the_batch_written(stores):
    ids = [str(uuid.uuid4()) for _ in range(20)]
    await stores[0].write([attempt(ids[3], 1, 0)])
    doubt = await stores[1].write([attempt(id_, 1, 1) for id_ in ids])
    there = await stores[0].find(ids)

    assert doubt == {ids[3]}
    assert {id_ for id_, document in there.items() if document.prevhash == "writer 1"} == {*ids} - {
        ids[3]
    }
