"""One matter on two channels, on a real Kafka and a real MongoDB: linked once, and taken apart."""

import asyncio
import time
import uuid
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple

import httpx
import pytest
from pydantic import SecretStr

from services.intake.desk import Desk, Incoming, desk
from services.intake.linking.index import COLLECTION
from services.intake.main import create_app
from services.intake.parts import parts
from shared.envelope import read
from shared.http.tokens import issue
from shared.pipeline import STAGES
from shared.runner.scan import reader, until_end
from shared.runner.wiring import Wiring, open_door
from tests.serving import served

KEY = "ab" * 32
PATIENCE_S, SETTLES_S = 60, 2
CHAT = Incoming(
    channel="chat",
    account="support",
    external_id="m-1",
    raw=b"{}",
    subject="Deposit",
    text="My deposit has not arrived.",
    received_at=datetime.now(UTC),
)


async def until(ask, right):
    give_up = time.monotonic() + PATIENCE_S
    found = await ask()
    while not right(found):
        assert time.monotonic() < give_up, found
        await asyncio.sleep(0.05)
        found = await ask()
    return found


class Intake(NamedTuple):
    http: httpx.AsyncClient
    desk: Desk
    wiring: Wiring

    async def form(self, key=None, **fields):
        body = {"subject": "Where is it?", "description": "My deposit has not arrived.", **fields}
        headers = {"Idempotency-Key": key} if key else {}
        answer = await self.http.post("/v1/complaints", json=body, headers=headers)
        assert answer.status_code == 202
        return answer.json()["complaint_id"]

    async def chat(self, **fields):
        message = replace(CHAT, external_id=str(uuid.uuid4()))
        return (await self.desk.receive(replace(message, **fields))).complaint

    async def linking(self, complaint):
        row = await self.wiring.database["intake"].find_one({"_id": complaint})
        return (row or {}).get("state", {}).get("linking", {})

    async def until(self, complaint, right):
        """Wait until what is known of the complaint's links is as it should be; returns it."""
        return await until(partial(self.linking, complaint), right)

    async def rests(self, *complaints):
        """Wait until nothing is owed any more."""
        query = {"_id": {"$in": complaints}, "state.due": {}, "state.reference": {"$ne": None}}
        count = partial(self.wiring.database["intake"].count_documents, query)
        await until(count, lambda found: found == len(complaints))

    async def events(self, *complaints):
        """How many events of each type, by complaint, the log holds."""
        async with reader(self.wiring.settings.kafka, [STAGES["intake"].topic("events")]) as log:
            found = [record async for record in until_end(log)]
        ours = [r for r in found if r.key.decode() in complaints]
        return Counter((r.key.decode(), read(r.value, []).type) for r in ours)


@pytest.fixture
async def intake(wiring, kafka):
    wiring.settings = wiring.settings.model_copy(
        update={"token_key": SecretStr(KEY), "kafka": kafka}
    )
    open_door(wiring, parts(wiring))
    async with (
        served(create_app(wiring.settings)) as url,
        httpx.AsyncClient(base_url=url, timeout=20) as http,
    ):
        await until(partial(http.get, "/readyz"), lambda answer: answer.status_code == 200)
        yield Intake(http, desk(wiring), wiring)


def has(*others):
    return lambda linking: sorted(linking.get("links", {})) == sorted(others)


async def again(intake, *complaints):
    """Every input comes a second time, as after a crash before it was marked as sent."""
    door, rows = intake.wiring.doors["intake"], intake.wiring.database["intake_inputs"]
    found = [row["_id"] async for row in rows.find({"complaint": {"$in": complaints}})]
    assert len(found) >= len(complaints)
    await intake.wiring.log.start()
    await door.send([await door.inputs.get(id_) for id_ in found])
    await intake.wiring.log.stop()
    await asyncio.sleep(SETTLES_S)
    await intake.rests(*complaints)


@pytest.mark.parametrize("form_first", [True, False])
async def test_one_matter_on_two_channels_is_linked_once_on_both_sides(intake, form_first):
    txid, key = uuid.uuid4().hex * 2, str(uuid.uuid4())
    message = {"external_id": str(uuid.uuid4()), "text": f"It has not arrived: {txid}"}
    form = partial(intake.form, key, txid=txid, contact_email="mia@example.com")
    steps = [form, partial(intake.chat, **message)]
    first, second = steps if form_first else reversed(steps)

    one = await first()
    await intake.rests(one)
    other = await second()
    found = await intake.until(one, has(other))
    await intake.until(other, has(one))

    assert (await first(), await second()) == (one, other)
    await again(intake, one, other)
    link = {"other": other, "reasons": ["txid"], "people": "unknown-contact"}
    assert found["links"][other] == link
    counted = await intake.events(one, other)
    assert [counted[c, "redress.complaint-linked.v1"] for c in (one, other)] == [1, 1]
    assert [counted[c, "redress.complaint-received.v1"] for c in (one, other)] == [1, 1]


async def test_both_at_once_find_each_other(intake):
    order = uuid.uuid4().hex[:12]
    made = await asyncio.gather(*(intake.chat(supplied={"order_id": order}) for _ in range(4)))

    for one in made:
        await intake.until(one, has(*(other for other in made if other != one)))
    await intake.rests(*made)
    counted = await intake.events(*made)
    assert [counted[c, "redress.complaint-linked.v1"] for c in made] == [3] * 4


async def test_a_follow_up_that_names_the_transaction_links_too(intake):
    txid = uuid.uuid4().hex * 2
    one, other = await intake.form(txid=txid), await intake.chat()
    await intake.rests(one, other)
    assert await intake.linking(other) == {"sought": None, "links": {}, "parted": []}

    await intake.chat(follows=other, text=f"The transaction was {txid}")

    await intake.until(other, has(one))
    await intake.until(one, has(other))


async def test_two_people_with_one_transaction_are_linked_with_a_note(intake):
    txid = uuid.uuid4().hex * 2
    one = await intake.form(txid=txid, contact_email="mia@example.com")
    other = await intake.form(txid=txid, contact_email="noah@example.com")

    found = await intake.until(one, has(other))

    assert found["links"][other]["people"] == "different-contact"


async def test_a_person_takes_a_link_apart_on_both_sides_for_good(intake):
    txid = uuid.uuid4().hex * 2
    one, other = await intake.form(txid=txid), await intake.chat(text=f"Lost: {txid}")
    await intake.until(one, has(other))
    await intake.until(other, has(one))
    bearer = issue(KEY, "ada", "agent", datetime.now(UTC), timedelta(hours=1))
    headers = {"Authorization": f"Bearer {bearer}"}
    body = {"other": other, "reason": "another_matter"}

    answer = await intake.http.post(f"/v1/cases/{one}/unlink", json=body, headers=headers)

    assert answer.status_code == 202
    await intake.until(one, lambda linking: linking["parted"] == [other])
    await intake.until(other, lambda linking: linking["parted"] == [one])
    again = await intake.http.post(f"/v1/cases/{one}/unlink", json=body, headers=headers)
    assert (again.status_code, again.json()["rule"]) == (422, "no-such-link")
    await intake.chat(follows=other, text=f"As I said: {txid}")
    await intake.rests(one, other)
    assert (await intake.linking(one))["links"] == (await intake.linking(other))["links"] == {}


async def test_the_index_holds_digests_alone_and_forgets(intake):
    txid = uuid.uuid4().hex * 2
    one = await intake.form(txid=txid, contact_email="mia@example.com")
    await intake.rests(one)

    rows = intake.wiring.database[COLLECTION]
    row = await rows.find_one({"_id": one})
    assert not any(word in str(row) for word in (txid, "mia", "deposit"))
    assert row["gone_at"] - row["at"] == timedelta(days=8)
    indexes = await rows.index_information()
    assert indexes["gone_at_1"]["expireAfterSeconds"] == 0
