"""An erasure on a real MongoDB: the key is gone, and what could find the person again."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from services.intake.erasing.work import FOUND_BY, erase
from services.intake.state import IntakeState
from shared.events.base import DueItem
from shared.runner.due import Claim
from shared.runner.keys import Keyring, MongoKeyStore

WORDS = "My deposit has not arrived."


@pytest.fixture
async def complaint(wiring):
    """A complaint with its key, a trace and a conversation; beside it another one."""
    made, other = str(uuid4()), str(uuid4())
    for name in (made, other):
        await wiring.keyring.create(name)
        await wiring.database["intake_traces"].insert_one({"_id": name, "marks": ["m"]})
        await wiring.database["intake_threads"].insert_one({"_id": f"t{name}", "complaint": name})
    return made


async def erased(wiring, complaint):
    item = DueItem(key="erase", kind="erase", at=datetime.now(UTC), event="e1")
    claim = Claim(complaint, item, IntakeState(), datetime.now(UTC))
    return await erase(wiring.keyring, wiring.database, claim)


async def test_nothing_opens_what_was_sealed_and_nothing_finds_it(wiring, settings, complaint):
    nonce, sealed = (await wiring.keyring.key(complaint)).seal(WORDS, "p")
    result = await erased(wiring, complaint)
    fresh = MongoKeyStore(
        wiring.client[settings.keys_database], settings.master_key.get_secret_value()
    )
    left = {
        n: await wiring.database[n].count_documents({f: complaint}) for n, f in FOUND_BY.items()
    }

    assert result.key == "erase"
    for keyring in (wiring.keyring, Keyring(fresh)):
        assert (await keyring.key(complaint)).open(nonce, sealed) == "erased"
    assert left == dict.fromkeys(FOUND_BY, 0)


async def test_nobody_else_is_touched(wiring, complaint):
    await erased(wiring, complaint)
    assert [await wiring.database[name].count_documents({}) for name in FOUND_BY] == [1, 1]


async def test_done_again_it_does_no_more_and_the_key_is_never_made_anew(wiring, complaint):
    await erased(wiring, complaint)
    await erased(wiring, complaint)
    assert (await wiring.keyring.create(complaint)).secret is None


async def test_a_key_that_was_never_there_is_taken_for_good(wiring):
    name = str(uuid4())
    await erased(wiring, name)
    assert (await wiring.keyring.create(name)).secret is None
