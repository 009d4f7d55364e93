"""Sessions of staff on a real MongoDB: what begins one, and everything that ends it."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from shared.http.sessions import COOKIE, HOST, LASTS, token_of, with_token
from shared.http.tokens import issue
from tests.sites import TOKEN_KEY, Story, bearer, site, token
from tests.stories import deposit

HERE = "Sign out"


@pytest.fixture
async def pages(addresses):
    async with site(addresses.mongo) as found:
        yield found


async def entered(pages, given):
    """The cookie of who pasted a token."""
    answer = await pages.http.post("/sign-in", data={"token": given, "back": "/"})
    assert answer.status_code == 303
    return answer.cookies[COOKIE]


async def board(pages, cookie):
    async with httpx.AsyncClient(base_url=pages.url, cookies={COOKIE: cookie}) as browser:
        return (await browser.get("/")).text


def rows(pages):
    return pages.wiring.database["sessions"]


async def test_the_cookie_says_nothing_and_the_server_keeps_no_secret(pages):
    cookie = await entered(pages, token("agent"))

    assert len(cookie) == 43
    assert "." not in cookie
    assert "Signed in as agent-1" in await board(pages, cookie)
    assert cookie not in str([row async for row in rows(pages).find()])


async def test_a_session_that_nobody_uses_ends(pages):
    cookie = await entered(pages, token("agent"))
    before = datetime.now(UTC) - timedelta(minutes=59)
    await rows(pages).update_one({}, {"$set": {"seen_at": before}})
    assert HERE in await board(pages, cookie)
    assert (await rows(pages).find_one())["seen_at"] > before + timedelta(minutes=58)

    await rows(pages).update_one({}, {"$set": {"seen_at": before - timedelta(minutes=2)}})
    assert HERE not in await board(pages, cookie)


async def test_a_session_ends_after_a_working_day_however_much_it_is_used(pages):
    cookie = await entered(pages, issue(TOKEN_KEY, "mia", "agent", datetime.now(UTC), 3 * LASTS))
    row = await rows(pages).find_one()
    assert abs(row["ends_at"] - row["began_at"] - LASTS) < timedelta(seconds=1)

    await rows(pages).update_one({}, {"$set": {"ends_at": datetime.now(UTC)}})
    assert HERE not in await board(pages, cookie)


async def test_a_session_lasts_no_longer_than_the_token_that_began_it(pages):
    now, five = datetime.now(UTC), timedelta(minutes=5)
    await entered(pages, issue(TOKEN_KEY, "mia", "agent", now, five))

    assert abs((await rows(pages).find_one())["ends_at"] - now - five) < timedelta(seconds=2)


async def test_signing_out_ends_all_sessions_of_the_person_and_of_nobody_else(pages):
    desk, phone = [await entered(pages, token("agent")) for _ in range(2)]
    other = await entered(pages, token("supervisor"))
    assert desk != phone

    gone = await pages.http.post("/sign-out", headers={"Cookie": f"{COOKIE}={desk}"})

    assert gone.status_code == 303
    assert f'{COOKIE}=""' in gone.headers["set-cookie"]
    assert [HERE in await board(pages, one) for one in (desk, phone, other)] == [False, False, True]


async def test_what_is_over_goes_when_somebody_signs_in(pages):
    await entered(pages, token("agent"))
    await rows(pages).update_one({}, {"$set": {"ends_at": datetime.now(UTC)}})
    await entered(pages, token("supervisor"))

    assert [row["subject"] async for row in rows(pages).find()] == ["supervisor-1"]


@pytest.mark.parametrize("cookie", ["x" * 43, "", "no", "a.b.c"])
async def test_a_cookie_that_nobody_was_given_opens_nothing(pages, cookie):
    assert HERE not in await board(pages, cookie)


async def test_a_session_is_no_bearer(pages):
    cookie = await entered(pages, token("supervisor"))
    asked = await pages.http.get("/v1/board", headers={"Authorization": f"Bearer {cookie}"})

    assert asked.status_code == 401


async def test_another_site_signs_nobody_in(pages):
    crossed = {"Sec-Fetch-Site": "cross-site"}
    given = {"token": token("agent"), "back": "/"}

    assert (await pages.http.post("/sign-in", data=given, headers=crossed)).status_code == 403


async def test_other_cookies_and_bearers_are_as_they_were(pages):
    cookie = await entered(pages, token("agent"))
    both = {"Cookie": f"theme=dark; {COOKIE}={cookie}", **bearer("dashboard")}

    assert (await pages.http.get("/v1/board", headers=both)).status_code == 200


async def test_what_a_page_asks_for_by_itself_is_no_use_of_a_session(pages):
    cookie = {"Cookie": f"{COOKIE}={await entered(pages, token('agent'))}"}
    before = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=59)
    await rows(pages).update_one({}, {"$set": {"seen_at": before}})
    for by_itself in ({"Redress-Refresh": "1"}, {"Accept": "text/event-stream"}):
        assert HERE in (await pages.http.get("/", headers={**cookie, **by_itself})).text
        assert (await rows(pages).find_one())["seen_at"] == before


async def test_where_pages_are_served_by_tls_no_neighbour_of_the_site_sets_the_cookie(addresses):
    async with site(addresses.mongo, public_url="https://complaints.example") as found:
        given = {"token": token("agent"), "back": "/"}
        line = (await found.http.post("/sign-in", data=given)).headers["set-cookie"]
        name, _, rest = line.partition("=")
        cookie = rest.partition(";")[0]
        seen = [
            (await found.http.get("/", headers={"Cookie": f"{one}={cookie}"})).text
            for one in (name, COOKIE)
        ]

    assert name == HOST + COOKIE
    assert {"secure", "path=/", "httponly", "samesite=strict"} == set(rest.lower().split("; ")[1:])
    assert [HERE in one for one in seen] == [True, False]


def test_other_cookies_stay_as_they_were_sent():
    sent = (b"cookie", b'a="x; redress_staff=evil"; redress_staff=one; b; c=%3B')
    kept = (b"cookie", b'a="x; c=%3B; redress_staff=token')

    assert with_token({"headers": [sent]}, "token")["headers"] == [kept]
    assert token_of({"headers": [sent, (b"cookie", b"redress_staff=two")]}, COOKIE) == "two"


async def test_an_open_page_follows_no_longer_than_a_token_of_the_gate_lasts(pages, monkeypatch):
    monkeypatch.setattr("shared.http.identities.LASTS", timedelta(seconds=2))
    complaint, start = str(uuid.uuid4()), datetime.now(UTC) - timedelta(minutes=2)
    await pages.put(Story(complaint, start).tell(*deposit(complaint, start)[:3]))
    cookie = {"Cookie": f"{COOKIE}={await entered(pages, token('agent'))}"}
    url = f"/complaints/{complaint}/events"

    async with asyncio.timeout(8), pages.http.stream("GET", url, headers=cookie) as stream:
        assert [line async for line in stream.aiter_lines() if line.startswith("data:")]
    async with pages.http.stream("GET", url, headers=cookie) as stream:
        assert stream.status_code == 200
    await pages.http.post("/sign-out", headers=cookie)
    async with pages.http.stream("GET", url, headers=cookie) as stream:
        assert stream.status_code == 404
