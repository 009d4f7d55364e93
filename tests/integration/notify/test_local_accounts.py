"""Staff sign in by name and password where the installation wants that, and are slowed down."""

import asyncio
import base64
import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from services.notify.access import now
from shared.errors import UsageError
from shared.http import devices
from shared.http.devices import COOKIE as DEVICE
from shared.http.devices import device_of
from shared.http.sessions import COOKIE
from shared.runner.accounts import MOST_WAITING, MongoAccounts
from shared.runner.sessions import MongoSessions
from tests.sites import TOKEN_KEY, site, token

PASSWORD = "four words and a fish"  # noqa: S105 - of an account that lives for a test
WRONG = "No such name and password here."


@pytest.fixture
async def pages(addresses):
    async with site(addresses.mongo, local_accounts=True) as found:
        await accounts(found).add("mia", ("agent",), PASSWORD, datetime.now(UTC))
        yield found


def accounts(pages):
    return MongoAccounts(pages.wiring.database)


async def enter(pages, name="mia", password=PASSWORD, **more):
    given = {"name": name, "password": password, "back": "/cases"}
    return await pages.http.post("/sign-in/account", data=given, **more)


async def tried(pages, device="elsewhere"):
    row = await pages.wiring.database["accounts"].find_one({"_id": "mia"})
    return row["tried"].get(device)


async def test_who_knows_the_password_is_signed_in_and_led_on(pages):
    done = await enter(pages)

    assert (done.status_code, done.headers["location"]) == (303, "/cases")
    board = await pages.http.get("/", headers={"Cookie": f"{COOKIE}={done.cookies[COOKIE]}"})
    assert "Signed in as staff:mia" in board.text


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("mia", "four words and a fist"),
        ("mia", ""),
        ("tom", PASSWORD),
        ("", ""),
    ],
)
async def test_all_others_get_one_answer(pages, name, password):
    refused = await enter(pages, name, password)

    assert refused.status_code == 401
    assert WRONG in refused.text
    assert COOKIE not in refused.cookies
    assert password == "" or password not in refused.text


async def test_a_shut_account_lets_nobody_in_until_it_is_opened(pages):
    await accounts(pages).disable("mia", disabled=True)
    assert (await enter(pages)).status_code == 401
    await accounts(pages).disable("mia", disabled=False)
    assert (await enter(pages)).status_code == 303


async def test_guessing_is_slowed_down_also_for_who_guesses_all_at_once(pages, monkeypatch):
    tries = [enter(pages, password=f"four words and {n} fish") for n in range(8)]
    assert {one.status_code for one in await asyncio.gather(*tries)} == {401}
    assert (await enter(pages)).status_code == 401

    assert (await tried(pages))["tries"] == 5
    later = [timedelta(seconds=30), timedelta(seconds=62)]
    for wait, answer in zip(later, (401, 303), strict=True):
        monkeypatch.setattr("services.notify.sign_in.now", lambda wait=wait: now() + wait)
        assert (await enter(pages)).status_code == answer
    assert await tried(pages) is None


async def test_each_further_failure_doubles_the_wait_up_to_a_quarter_of_an_hour(pages):
    at, waits = datetime.now(UTC), []
    for _ in range(10):
        await accounts(pages).enter("mia", "wrong", at)
        until = (await tried(pages))["until"]
        waits.append(round((until - at).total_seconds()))
        at = max(at, until)

    assert waits == [0, 0, 0, 0, 60, 120, 240, 480, 900, 900]


async def test_who_guesses_elsewhere_shuts_nobody_out_where_they_signed_in_before(pages):
    mine = {"Cookie": f"{DEVICE}={(await enter(pages)).cookies[DEVICE]}"}
    pages.http.cookies.clear()
    for n in range(6):
        await enter(pages, password=f"four words and {n} fish")
    assert (await enter(pages)).status_code == 401

    assert (await enter(pages, headers=mine)).status_code == 303


async def test_a_known_device_is_slowed_down_by_itself_and_gets_no_second_cookie(pages):
    mine = {"Cookie": f"{DEVICE}={(await enter(pages)).cookies[DEVICE]}"}
    pages.http.cookies.clear()
    for n in range(5):
        assert (await enter(pages, password=f"wrong words {n}", headers=mine)).status_code == 401
    assert (await enter(pages, headers=mine)).status_code == 401
    assert await tried(pages) is None

    await accounts(pages).set_password("mia", PASSWORD)
    done = await enter(pages, headers=mine)
    assert (done.status_code, DEVICE in done.cookies) == (303, False)


def test_a_device_is_known_for_its_own_name_and_time_alone():
    at = datetime.now(UTC)
    cookie = devices.issue(TOKEN_KEY, "mia", at)

    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", device_of(TOKEN_KEY, cookie, "mia", at))
    for key, given, name, when in [
        (TOKEN_KEY, cookie, "tom", at),
        ("0d" * 32, cookie, "mia", at),
        (TOKEN_KEY, cookie, "mia", at + devices.LASTS),
        (TOKEN_KEY, token("agent"), "agent-1", at),
        (TOKEN_KEY, "", "mia", at),
        (TOKEN_KEY, f"{nested()}.e30.x", "mia", at),
    ]:
        assert device_of(key, given, name, when) == ""


def nested():
    return base64.urlsafe_b64encode(b"[" * 6000).decode().rstrip("=")


async def test_a_flood_of_tries_holds_no_place_and_shuts_no_known_device_out(pages):
    mine = {"Cookie": f"{DEVICE}={(await enter(pages)).cookies[DEVICE]}"}
    pages.http.cookies.clear()
    flood = [asyncio.create_task(enter(pages, name=f"nobody-{n}")) for n in range(MOST_WAITING + 4)]
    await asyncio.sleep(0.1)
    known = await enter(pages, headers=mine)
    found = Counter([(await one).status_code for one in flood])

    assert known.status_code == 303
    assert found[429] >= 1
    assert found[401] >= MOST_WAITING


async def test_an_account_that_is_shut_while_somebody_signs_in_leaves_no_session(
    pages, monkeypatch
):
    begin = MongoSessions.begin

    async def shut_first(self, *given):
        await accounts(pages).disable("mia", disabled=True)
        await self.end("staff:mia")
        return await begin(self, *given)

    monkeypatch.setattr(MongoSessions, "begin", shut_first)
    refused = await enter(pages)

    assert (refused.status_code, COOKIE in refused.cookies) == (401, False)
    assert await pages.wiring.database["sessions"].count_documents({}) == 0


async def test_another_site_signs_nobody_in(pages):
    assert (await enter(pages, headers={"Sec-Fetch-Site": "cross-site"})).status_code == 403


async def test_where_nobody_wants_accounts_there_is_no_such_way(addresses):
    async with site(addresses.mongo) as found:
        await accounts(found).add("mia", ("agent",), PASSWORD, datetime.now(UTC))
        assert (await enter(found)).status_code == 404
        assert "Password" not in (await found.http.get("/complaints/x")).text


@pytest.mark.parametrize("password", ["too short", "mia and her two cats", "aaaaaaaaaaaaaaaaaaaa"])
async def test_a_password_that_is_easy_to_guess_is_refused(pages, password):
    with pytest.raises(UsageError):
        await accounts(pages).set_password("mia", password)
    assert (await enter(pages)).status_code == 303


async def test_a_name_is_never_used_again(pages):
    with pytest.raises(UsageError, match="names are not used again"):
        await accounts(pages).add("mia", ("admin",), PASSWORD, datetime.now(UTC))
