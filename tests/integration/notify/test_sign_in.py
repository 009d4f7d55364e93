"""Staff sign in at a real identity provider, and nobody else does."""

from contextlib import AsyncExitStack
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import SecretStr

from services.notify.access import now
from shared.http import code_flow
from shared.pages.staff import COOKIE
from tests import provider as idp
from tests.provider import Provider
from tests.serving import served
from tests.sites import site


@pytest.fixture(scope="module")
def known():
    return Provider()


@pytest.fixture
async def provider(known):
    known.codes, known.told, known.away = {}, {}, False
    async with served(known.app()) as url:
        yield url


@pytest.fixture
async def pages(addresses, provider):
    """The pages of an installation that this provider knows, at their own address."""
    more = {
        "oidc_issuer": idp.ISSUER,
        "oidc_audience": idp.AUDIENCE,
        "oidc_jwks_url": f"{provider}/keys",
        "oidc_client_id": idp.CLIENT,
        "oidc_client_secret": SecretStr(idp.SECRET),
        "oidc_authorize_url": f"{provider}/authorize?prompt=login",
        "oidc_token_url": f"{provider}/token",
    }
    async with site(addresses.mongo, **more) as found:
        yield found


@pytest.fixture
async def left(pages):
    """Gives a browser that was sent to the provider, and the answer that sent it."""
    async with AsyncExitStack() as browsers:

        async def leave(back="/cases/x"):
            browser = httpx.AsyncClient(base_url=pages.url, timeout=10)
            await browsers.enter_async_context(browser)
            answer = await browser.get("/sign-in/leave", params={"back": back})
            assert answer.status_code == 303
            return browser, answer

        yield leave


async def answered(browser, answer):
    """What the provider sends the browser back with."""
    sent = await browser.get(answer.headers["location"])
    return dict(parse_qs(urlsplit(sent.headers["location"]).query))


async def arrived(browser, given):
    return await browser.get(code_flow.PATH, params=given)


async def test_who_comes_back_from_the_provider_is_signed_in_and_led_on(left, pages):
    browser, answer = await left("/cases")
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert (asked["prompt"], asked["code_challenge_method"]) == (["login"], ["S256"])
    leaving = answer.headers["set-cookie"].lower()
    assert "httponly" in leaving
    assert "samesite=lax" in leaving

    done = await arrived(browser, await answered(browser, answer))
    cookies = done.headers.get_list("set-cookie")
    mine = next(c for c in cookies if c.startswith(COOKIE))

    assert done.status_code == 200
    assert 'content="0; url=/cases"' in done.text
    assert "httponly" in mine.lower()
    assert "samesite=strict" in mine.lower()
    assert any(c.startswith(f'{code_flow.COOKIE}=""') for c in cookies)
    token = mine.partition("=")[2].partition(";")[0]
    board = await pages.http.get("/", headers={"Cookie": f"{COOKIE}={token}"})
    assert "Signed in as oidc:mia" in board.text


async def test_the_form_names_the_provider_as_the_way_in(pages):
    asked = await pages.http.get("/complaints/RD-0000-0000-0000-0")

    assert "Sign in with your organisation" in asked.text
    assert 'href="/sign-in/leave?back=/complaints/RD-0000-0000-0000-0"' in asked.text


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"state": "x" * 43}, {}),
        ({"state": ""}, {}),
        ({"code": ""}, {}),
        ({"code": "code-99"}, {}),
        ({"iss": "https://evil.example"}, {}),
        ({}, {"nonce": "of-another-sign-in"}),
        ({}, {"nonce": None}),
        ({}, {"aud": idp.AUDIENCE}),
        ({}, {"iss": "https://evil.example"}),
        ({}, {"exp": 1}),
        ({}, {"sub": "two\nlines"}),
    ],
)
async def test_what_did_not_go_as_begun_signs_nobody_in(left, known, change, told):
    known.told = told
    browser, answer = await left()
    done = await arrived(browser, {**await answered(browser, answer), **change})

    assert done.status_code == 401
    assert "was not begun here" in done.text
    told = done.headers.get_list("set-cookie")
    assert [line.partition(";")[0] for line in told] == [f'{code_flow.COOKIE}=""']


async def test_another_browser_s_answer_and_a_used_one_sign_nobody_in(left):
    victim, first = await left()
    attacker, second = await left()
    given = await answered(attacker, second)
    assert (await arrived(victim, given)).status_code == 401

    assert (await attacker.get(code_flow.PATH, params=given)).status_code == 200
    assert (await arrived(attacker, given)).status_code == 401
    assert first.headers["location"] != second.headers["location"]


async def test_a_cookie_of_ten_minutes_ago_or_of_another_kind_is_not_taken(
    left, pages, monkeypatch
):
    browser, answer = await left()
    given = await answered(browser, answer)
    own = browser.cookies[code_flow.COOKIE]
    for cookie in (own[:-4], "a.b.c", ""):
        refused = await pages.http.get(
            code_flow.PATH, params=given, headers={"Cookie": f"{code_flow.COOKIE}={cookie}"}
        )
        assert refused.status_code == 401
    as_bearer = await pages.http.get("/cases/x", headers={"Cookie": f"{COOKIE}={own}"})
    assert as_bearer.status_code == 401

    monkeypatch.setattr("services.notify.sign_in.now", lambda: now() + code_flow.LASTS)
    assert (await arrived(browser, given)).status_code == 401


async def test_who_has_no_role_here_and_a_provider_that_is_away_are_said(left, known):
    known.told = {"roles": ["chef"]}
    browser, answer = await left()
    none = await arrived(browser, await answered(browser, answer))
    known.told = {}
    browser, answer = await left()
    given = await answered(browser, answer)
    known.away = True
    away = await arrived(browser, given)

    assert (none.status_code, "gave you no role" in none.text) == (401, True)
    assert (away.status_code, "Try again in a minute" in away.text) == (401, True)


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/sign-out", ""])
async def test_nobody_is_led_to_another_place(left, back):
    browser, answer = await left(back)
    done = await arrived(browser, await answered(browser, answer))

    assert 'content="0; url=/"' in done.text


async def test_without_a_provider_there_is_no_such_way(addresses):
    async with site(addresses.mongo) as found:
        for path in ("/sign-in/leave", code_flow.PATH):
            assert (await found.http.get(path)).status_code == 404
        asked = await found.http.get("/complaints/RD-0000-0000-0000-0")
        assert "organisation" not in asked.text


async def test_another_site_signs_nobody_out(addresses):
    async with site(addresses.mongo) as found:
        crossed = {"Sec-Fetch-Site": "cross-site"}
        assert (await found.http.post("/sign-out", headers=crossed)).status_code == 403
        assert (await found.http.post("/sign-out")).status_code == 303
