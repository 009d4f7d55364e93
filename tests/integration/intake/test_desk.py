"""The port of every channel, on a real MongoDB: kept raw, once, whatever the channel does."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest
from pydantic import SecretStr

from services.intake.attachments import File
from services.intake.desk import Incoming, desk
from services.intake.parts import parts
from shared.envelope import read
from shared.events.intake import ComplaintSubmitted, MessageSubmitted
from shared.runner.keys import Keyring
from shared.runner.wiring import open_door
from tests.wired import wired

SECRET = "ab" * 32
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
MAIL = Incoming(
    channel="email",
    account="support@redress.example",
    external_id="<1@customer.example>",
    raw=b"Subject: My deposit\r\n\r\nIt has not arrived.",
    subject="My deposit",
    text="It has not arrived.",
    received_at=AT,
    contact="customer@example.org",
    thread="<1@customer.example>",
    files=(File("proof.txt", b"paid"),),
    supplied={"txid": "ab" * 32, "amount": "0.5"},
)


@pytest.fixture
async def at_desk(wiring):
    wiring.settings = wiring.settings.model_copy(update={"token_key": SecretStr(SECRET)})
    open_door(wiring, parts(wiring))
    return desk(wiring)


async def stored(found, keyring):
    """The input that waits to be produced, readable."""
    row = await found.door.inputs.get(found.name(MAIL))
    event = read(row.value, personal := [])
    await keyring.unlock(personal)
    return row, event


async def test_a_message_opens_a_complaint_with_its_raw_bytes_and_its_files(at_desk, wiring):
    receipt = await at_desk.receive(MAIL)

    _, event = await stored(at_desk, wiring.keyring)
    facts = event.data.facts
    assert isinstance(event.data, ComplaintSubmitted)
    assert receipt.opened
    assert (facts.subject.text, facts.description.text) == (MAIL.subject, MAIL.text)
    assert (facts.contact.text, facts.thread.text) == (MAIL.contact, MAIL.thread)
    assert (facts.txid, str(facts.amount)) == ("ab" * 32, "0.5")
    read_back = partial(at_desk.files.read, receipt.complaint)
    assert await read_back(facts.raw, "raw") == MAIL.raw
    assert await read_back(facts.attachments[0].sha256, "attachment") == b"paid"


async def test_what_is_no_name_of_a_network_is_sealed(at_desk, wiring):
    await at_desk.receive(replace(MAIL, supplied={"network": "Ann Lee, 4 Mill Road"}))

    row, event = await stored(at_desk, wiring.keyring)
    assert event.data.facts.network is None
    assert event.data.facts.network_said.text == "Ann Lee, 4 Mill Road"
    assert b"Mill" not in row.value


async def test_words_beyond_what_an_event_holds_stand_in_the_raw_message(at_desk, wiring):
    await at_desk.receive(replace(MAIL, text="語" * 400_000))

    _, event = await stored(at_desk, wiring.keyring)
    assert event.data.facts.description.text == "語" * 19_999 + "…"


async def test_however_often_it_comes_it_is_one_complaint(at_desk, wiring):
    found = await asyncio.gather(*(at_desk.receive(MAIL) for _ in range(8)))
    again = await at_desk.receive(MAIL)

    assert {receipt.complaint for receipt in found} == {again.complaint}
    assert again.replayed
    assert await wiring.database["intake_inputs"].count_documents({}) == 1


async def test_the_same_id_in_another_account_is_another_message(at_desk):
    first = await at_desk.receive(MAIL)
    second = await at_desk.receive(replace(MAIL, account="other@redress.example"))

    assert first.complaint != second.complaint


async def test_a_message_that_follows_joins_its_complaint(at_desk):
    opened = await at_desk.receive(MAIL)
    follow = replace(MAIL, external_id="<2@customer.example>", follows=opened.complaint)

    joined = await at_desk.receive(follow)

    row = await at_desk.door.inputs.get(at_desk.name(follow))
    assert (joined.complaint, joined.opened) == (opened.complaint, False)
    assert isinstance(read(row.value, []).data, MessageSubmitted)
    for again in (follow, replace(follow, follows=None)):
        assert await at_desk.receive(again) == replace(joined, replayed=True)


async def test_danger_to_funds_takes_the_express_lane(at_desk):
    await at_desk.receive(replace(MAIL, text="Somebody hacked my account and withdraws my coins!"))

    assert (await at_desk.door.inputs.get(at_desk.name(MAIL))).lane == "express"


async def test_what_is_kept_is_unreadable_without_the_complaints_key(at_desk, wiring):
    receipt = await at_desk.receive(MAIL)
    chunks = [c["data"] async for c in wiring.database["intake_files.chunks"].find()]
    assert not any(b"paid" in chunk or b"arrived" in chunk for chunk in chunks)

    keys = wiring.client[wiring.settings.keys_database]["keys"]
    await keys.update_one({"_id": receipt.complaint}, {"$unset": {"wrapped": ""}})
    at_desk.files.keyring = Keyring(wiring.keyring.store)
    row, _ = await stored(at_desk, wiring.keyring)
    raw = read(row.value, []).data.facts.raw

    assert await at_desk.files.read(receipt.complaint, raw, "raw") is None


@pytest.mark.parametrize("driver", ["motor", "pymongo"])
async def test_both_drivers_keep_files(settings, driver):
    chosen = settings.model_copy(update={"mongo_driver": driver, "token_key": SecretStr(SECRET)})
    async with wired(chosen) as wiring:
        open_door(wiring, parts(wiring))
        found = desk(wiring)

        receipt = await found.receive(MAIL)

        row = await found.door.inputs.get(found.name(MAIL))
        raw = read(row.value, []).data.facts.raw
        assert await found.files.read(receipt.complaint, raw, "raw") == MAIL.raw
        assert await found.files.read(receipt.complaint, "0" * 64, "raw") is None
