"""An erasure on a real MongoDB: the key is gone, and what could find the person again."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from services.intake.erasing.work import FOUND_BY, eraser, prepare
from services.intake.persons.index import people
from services.intake.state import IntakeState
from shared.events.base import DueItem
from shared.runner.due import Claim
from shared.runner.keys import Keyring, MongoKeyStore
from tests.integration.intake.mail_site import ALICE, site
from tests.unit.intake.mail.mails import TEXT, mail

WORDS = "My deposit has not arrived."
MARKED = "bob@customer.example"


@pytest.fixture
async def box(wiring):
    async with site(wiring) as found:
        await prepare(wiring.database)
        yield found


@pytest.fixture
async def complaint(box):
    """A complaint with its key, a trace and a conversation; beside it another one."""
    made, other = str(uuid4()), str(uuid4())
    for name in (made, other):
        await box.wiring.keyring.create(name)
        await box.wiring.database["intake_traces"].insert_one({"_id": name, "marks": ["m"]})
        for rows in ("intake_threads", "intake_mail"):
            await box.wiring.database[rows].insert_one({"_id": f"t{name}", "complaint": name})
        await people(box.wiring).keep({name: MARKED})
    return made


async def erased(wiring, *complaints):
    item = DueItem(key="erase", kind="erase", at=datetime.now(UTC), event="e1")
    now = datetime.now(UTC)
    claims = [Claim(complaint, item, IntakeState(), now) for complaint in complaints]
    return await eraser(wiring).erase(claims)


async def test_nothing_opens_what_was_sealed_and_nothing_finds_it(box, settings, complaint):
    wiring = box.wiring
    nonce, sealed = (await wiring.keyring.key(complaint)).seal(WORDS, "p")
    (result,) = await erased(wiring, complaint)
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


async def test_nobody_else_is_touched(box, complaint):
    await erased(box.wiring, complaint)
    assert [await box.wiring.database[name].count_documents({}) for name in FOUND_BY] == [1] * 4


async def test_done_again_it_does_no_more_and_the_key_is_never_made_anew(box, complaint):
    await erased(box.wiring, complaint)
    await erased(box.wiring, complaint)
    assert (await box.wiring.keyring.create(complaint)).secret is None


async def test_a_key_that_was_never_there_is_taken_for_good(box):
    name = str(uuid4())
    await erased(box.wiring, name)
    assert (await box.wiring.keyring.create(name)).secret is None


async def test_what_was_set_aside_goes_with_the_last_complaint_of_its_sender(box):
    await box.send(mail(TEXT))
    await box.send(mail(TEXT, "Precedence: bulk", id_="2"))
    other = str(uuid4())
    ((received,), index) = await box.inputs(), people(box.wiring)
    await index.keep({received.subject: ALICE, other: ALICE})
    (aside,) = [row for row in await box.rows() if row.get("set_aside")]
    keys = box.wiring.client[box.wiring.settings.keys_database]["keys"]

    await erased(box.wiring, received.subject)
    kept = await keys.find_one({"_id": aside["key"]})
    assert [row["_id"] for row in await box.rows()] == [aside["_id"]]
    assert "wrapped" in kept

    await erased(box.wiring, other)
    assert await box.rows() == []
    assert await keys.find_one({"_id": aside["key"]}) is None
