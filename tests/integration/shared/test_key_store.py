"""The key store on a real MongoDB: made once, unreadable at rest, gone when destroyed."""

import asyncio
import base64
from uuid import uuid4

import pytest

from services.intake.verification.state import VerificationState
from shared.envelope import read, write
from shared.errors import UsageError
from shared.events.verification import VerificationStarted
from shared.runner.keys import Keyring, MongoKeyStore
from shared.sealed import seal
from shared.testing.builders import an_envelope
from tests.unit.verification.complaints import facts

WORDS = "My deposit has not arrived."
ANOTHER_MASTER = base64.b64encode(bytes(32)).decode()


@pytest.fixture
def database(wiring, settings):
    return wiring.client[settings.keys_database]


@pytest.fixture
def store(database, settings):
    return MongoKeyStore(database, settings.master_key.get_secret_value())


@pytest.fixture
async def complaint(store):
    """A complaint with its key."""
    made = str(uuid4())
    await store.create(made)
    return made


def sealed(key):
    """A complaint's words in a state, sealed."""
    state = VerificationState(facts=facts(WORDS))
    seal(state, key, "e1")
    return state.model_dump(mode="json")


async def words(store, raw):
    """What a stage reads with a keyring of its own."""
    (state,) = await Keyring(store).read(VerificationState, [raw])
    return state.facts.description.text


async def destroy(database, complaint):
    await database["keys"].update_one({"_id": complaint}, {"$unset": {"wrapped": ""}})


async def test_a_key_is_made_once_however_many_ask_at_once(store, database):
    kid = str(uuid4())

    keys = await asyncio.gather(*(store.create(kid) for _ in range(20)))

    assert len({key.seal(WORDS, "p") for key in keys}) == 1
    assert await database["keys"].count_documents({}) == 1


async def test_what_one_key_seals_is_read_by_another_process_with_the_same_master(
    store, database, settings, complaint
):
    raw = sealed((await store.fetch([complaint]))[complaint])
    other = MongoKeyStore(database, settings.master_key.get_secret_value())

    assert WORDS not in str(raw)
    assert await words(other, raw) == WORDS


async def test_an_unknown_key_is_not_fetched(store, complaint):
    assert set(await store.fetch([complaint, "unknown"])) == {complaint}


async def test_the_text_of_a_destroyed_key_reads_erased_in_states_and_events(
    store, database, complaint
):
    key = (await store.fetch([complaint]))[complaint]
    raw, event, found = sealed(key), an_envelope(VerificationStarted), []
    event.data = VerificationStarted(facts=facts(WORDS), funds_in_danger=False)
    seal(event.data, key, event.id)
    again = read(write(event), found)

    await destroy(database, complaint)
    await Keyring(store).unlock(found)

    assert await words(store, raw) == "erased"
    assert again.data.facts.description.text == "erased"


async def test_a_destroyed_key_is_not_made_anew(store, database, complaint):
    await destroy(database, complaint)

    key = await store.create(complaint)
    raw = sealed(key)

    assert key.secret is None
    assert await words(store, raw) == "erased"


async def test_another_master_key_is_said_to_be_the_wrong_one(database, complaint):
    other = MongoKeyStore(database, ANOTHER_MASTER)

    with pytest.raises(UsageError, match="REDRESS_MASTER_KEY"):
        await other.fetch([complaint])


async def test_a_wrapped_key_serves_no_other_complaint(store, database, complaint):
    row = await database["keys"].find_one({"_id": complaint})
    await database["keys"].insert_one({**row, "_id": "other"})

    with pytest.raises(UsageError):
        await store.fetch(["other"])


@pytest.mark.parametrize("master", ["", "c2hvcnQ="])
async def test_a_master_key_of_the_wrong_length_is_a_mistake_of_usage(database, master):
    with pytest.raises(UsageError, match="32 random bytes"):
        MongoKeyStore(database, master)


NEW, OLD = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2))


async def made_by(database, master, count=3):
    store, kids = MongoKeyStore(database, master), [str(uuid4()) for _ in range(count)]
    return {kid: (await store.create(kid)).secret for kid in kids}


async def secrets_of(store, kids):
    return {kid: key.secret for kid, key in (await store.fetch(list(kids))).items()}


async def test_a_ring_opens_what_its_older_keys_wrapped_and_wraps_with_the_first(database):
    before = await made_by(database, OLD)
    ring = MongoKeyStore(database, f"{NEW}, {OLD}")
    after = (await ring.create("new")).secret

    assert await secrets_of(ring, before) == before
    assert await secrets_of(MongoKeyStore(database, NEW), ["new"]) == {"new": after}


async def test_rotation_wraps_all_anew_and_then_the_old_key_may_go(database, monkeypatch):
    monkeypatch.setattr("shared.runner.keys.BATCH", 2)
    before = await made_by(database, OLD, 5)
    ring, seen = MongoKeyStore(database, f"{NEW},{OLD}"), []

    assert await ring.rotate(seen.append) == 5
    assert await ring.rotate(seen.append) == 0
    assert sum(seen) == 5
    assert await ring.wrapped_by() == {ring.master.active: 5}
    assert await secrets_of(MongoKeyStore(database, NEW), before) == before
    with pytest.raises(UsageError):
        await MongoKeyStore(database, OLD).fetch(list(before))


async def test_keys_of_before_that_name_no_master_key_are_read_and_rotated(database):
    before = await made_by(database, OLD)
    await database["keys"].update_many({}, {"$unset": {"by": ""}})
    ring = MongoKeyStore(database, f"{NEW},{OLD}")

    assert await secrets_of(ring, before) == before
    assert await ring.wrapped_by() == {"": 3}
    assert await ring.rotate(lambda _count: None) == 3


async def test_a_destroyed_key_stays_destroyed_through_a_rotation(database):
    before = await made_by(database, OLD)
    gone = next(iter(before))
    await destroy(database, gone)
    ring = MongoKeyStore(database, f"{NEW},{OLD}")
    rows = [row async for row in database["keys"].find({"_id": {"$ne": gone}})]
    late = ring._anew(rows[0])  # noqa: SLF001 - the write of a rotation that is under way
    await destroy(database, rows[0]["_id"])
    await database["keys"].bulk_write([late])

    assert await ring.rotate(lambda _count: None) == 1
    assert (await secrets_of(ring, before))[gone] is None
    assert (await secrets_of(ring, before))[rows[0]["_id"]] is None


async def test_rotating_without_the_old_key_changes_nothing_and_says_what_is_missing(database):
    before = await made_by(database, OLD)

    with pytest.raises(UsageError, match="REDRESS_MASTER_KEY"):
        await MongoKeyStore(database, NEW).rotate(lambda _count: None)
    assert await secrets_of(MongoKeyStore(database, OLD), before) == before
