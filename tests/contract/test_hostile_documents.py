"""What is fine in JSON and hostile in BSON: named and refused, or stored as it is."""

from typing import Any

import pytest

from shared.decider import State
from shared.runner.mongo import MongoStore, connect, disconnect
from shared.runner.ports import Document, PoisonDocumentsError
from shared.settings import Settings
from shared.testing.builders import COMPLAINT
from shared.testing.memory import InMemoryStore

HOSTILE = {
    "a number over 8 bytes": 2**63,
    "nul in a key": {"a\x00b": 1},
    "a lone surrogate": "\ud800",
    "over 4 MB": "x" * (4 * 1024 * 1024),
}
STRANGE = {
    "an operator": {"$where": "1"},
    "a dotted key": {"a.b": {"$set": 1}},
    "an empty key": {"": ""},
    "nul in a text": "a\x00b",
}


class Free(State):
    value: Any = None


@pytest.fixture(params=["memory", "motor", "pymongo"])
async def store(request, addresses):
    if request.param == "memory":
        yield InMemoryStore()
        return
    client = connect(Settings(mongo=addresses.mongo, mongo_driver=request.param))
    yield MongoStore(client["hostile"], request.param)
    await client.drop_database("hostile")
    await disconnect(client)


@pytest.mark.parametrize("rev", [1, 2])
@pytest.mark.parametrize("name", HOSTILE)
async def test_what_bson_cannot_hold_is_poison_and_no_reason_to_wait(store, name, rev):
    bad = Document(COMPLAINT, Free(), rev=rev)
    bad.state = Free.model_construct(value=HOSTILE[name])

    with pytest.raises(PoisonDocumentsError) as caught:
        await store.write([bad])

    assert caught.value.slugs.keys() == {COMPLAINT}


@pytest.mark.parametrize("name", STRANGE)
async def test_what_only_looks_hostile_comes_back_as_it_was(store, name):
    there = (await store.find([COMPLAINT])).get(COMPLAINT)
    first = there.rev if there else 0
    for rev in (first + 1, first + 2):
        assert await store.write([Document(COMPLAINT, Free(value=STRANGE[name]), rev=rev)]) == set()

    assert (await store.find([COMPLAINT]))[COMPLAINT].state["value"] == STRANGE[name]
