"""What was set aside: listed, shown, made a complaint by a person, and in time destroyed."""

import asyncio
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from services.intake.aside.shelf import KEPT_FOR, ROUND, Shelf
from services.intake.desk import Incoming, desk
from shared.errors import UsageError
from tests.integration.intake.mail_site import ALICE, site
from tests.unit.intake.mail.mails import TEXT, mail

pytestmark = pytest.mark.timeout(180)
REDRESS = sys.executable, "-m", "shared.cli.main", "set-aside"
BULK = mail(TEXT, "Precedence: bulk")


@pytest.fixture
async def box(wiring):
    async with site(wiring) as found:
        found.shelf = Shelf(desk(wiring), wiring.database)
        yield found


async def the_one(box):
    await box.send(BULK)
    (found,) = await box.shelf.every(10)
    return found


async def test_a_mail_that_was_set_aside_is_found_by_the_beginning_of_its_key(box):
    found = await the_one(box)

    assert (found.channel, found.reason, found.complaint) == ("email", "precedence", None)
    assert await box.shelf.named(found.key[:12]) == found
    assert await box.shelf.named("0" * 12) is None
    assert await box.shelf.content(found) == BULK + b"\r\n"


async def test_a_person_makes_it_a_complaint_once_and_quietly(box):
    found = await the_one(box)

    first, again = [
        await box.shelf.release(await box.shelf.named(found.key), "mia") for _ in range(2)
    ]

    (event,) = await box.inputs()
    facts = event.data.facts
    assert first == again == event.subject
    assert (event.actor, facts.channel, facts.quiet) == ("staff:mia", "email", True)
    assert (facts.description.text, facts.contact.text) == (TEXT, ALICE)
    assert (await box.shelf.named(found.key)).complaint == first
    assert await box.shelf.content(found) is None


async def test_a_released_mail_that_comes_again_leaves_nothing_behind(box):
    found = await the_one(box)
    made = await box.shelf.release(found, "mia")

    await box.send(BULK)

    (row,) = await box.rows()
    assert (row["complaint"], len(await box.inputs())) == (made, 1)
    assert await box.shelf.content(found) is None
    files = box.wiring.database["intake_files.files"]
    assert await files.count_documents({"filename": {"$regex": f"^{found.key}/"}}) == 0
    keys = box.wiring.client[box.wiring.settings.keys_database]["keys"]
    assert await keys.find_one({"_id": found.key}) is None


async def test_what_another_channel_set_aside_is_not_released_for_nobody_could_be_answered(box):
    raw = b'{"type": "customer.upset", "text": "my deposit"}'
    at = datetime.now(UTC)
    message = Incoming("in_app", "app", "msg_1", raw, "", "", at)
    key, digest = await box.shelf.desk.set_aside(message)
    row = {"channel": "in_app", "account": "app", "reason": "customer.upset", "raw": digest}
    await box.wiring.database["intake_set_aside"].insert_one({"_id": key, **row, "at": at})

    (found,) = await box.shelf.every(10)
    with pytest.raises(UsageError, match="only a mail"):
        await box.shelf.release(found, "mia")

    assert await box.inputs() == []
    assert await box.shelf.content(found) == raw


async def test_the_sweep_takes_the_oldest_by_an_index_until_none_is_left(box):
    rows, at = box.wiring.database["intake_set_aside"], datetime.now(UTC)
    same = {"channel": "in_app", "account": "app", "reason": "x", "raw": "0"}
    await box.shelf.prepare()
    await rows.insert_many([{"_id": f"{n:04}", **same, "at": at} for n in range(ROUND + 1)])
    mails = box.wiring.database["intake_mail"]
    query = {"set_aside": {"$type": "string"}, "key": "0"}

    plan = await mails.find(query).explain()
    count = await box.shelf.forget(at + KEPT_FOR + timedelta(seconds=5))

    assert "set_aside_key" in str(plan["queryPlanner"]["winningPlan"])
    assert (count, await rows.count_documents({})) == (ROUND + 1, 0)


async def test_what_was_kept_long_enough_is_destroyed_key_and_bytes(box):
    found = await the_one(box)
    await box.send(mail(id_="2"))
    files = box.wiring.database["intake_files.files"]
    of_it = {"filename": {"$regex": f"^{found.key}/"}}
    assert await files.count_documents(of_it) == 1

    assert await box.shelf.forget(found.at + KEPT_FOR - timedelta(seconds=5)) == 0
    assert await box.shelf.forget(found.at + KEPT_FOR + timedelta(seconds=5)) == 1

    assert await box.shelf.every(10) == []
    assert await files.count_documents(of_it) == 0
    keys = box.wiring.client[box.wiring.settings.keys_database]["keys"]
    assert await keys.find_one({"_id": found.key}) is None
    assert [row["kind"] for row in await box.rows()] == ["new"]


async def test_the_command_lists_shows_and_releases(box):
    found = await the_one(box)
    chosen = box.wiring.settings
    env = {
        "REDRESS_MONGO": chosen.mongo.get_secret_value(),
        "REDRESS_DATABASE": chosen.database,
        "REDRESS_KEYS_DATABASE": chosen.keys_database,
        "REDRESS_MASTER_KEY": chosen.master_key.get_secret_value(),
        "REDRESS_TOKEN_KEY": chosen.token_key.get_secret_value(),
    }

    def run(*words):
        return subprocess.run(  # noqa: S603 - our own command
            [*REDRESS, *words], env=os.environ | env, capture_output=True, check=False
        )

    listed = await asyncio.to_thread(run, "list", "--json")
    shown = await asyncio.to_thread(run, "show", found.key[:12])
    released = await asyncio.to_thread(run, "release", found.key[:12], "--staff", "mia")
    unknown = await asyncio.to_thread(run, "show", "0" * 12)

    assert json.loads(listed.stdout)["reason"] == "precedence"
    assert shown.stdout == BULK + b"\r\n"
    (event,) = await box.inputs()
    assert released.stdout.decode().strip() == event.data.facts.reference
    assert (unknown.returncode, unknown.stderr.count(b"\n")) == (2, 1)
