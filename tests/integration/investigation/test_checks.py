"""The self-service pages over real HTTP, before a real sandbox exchange and its chain."""

import asyncio
from datetime import UTC, datetime, timedelta
from secrets import token_hex

import pytest

from shared.http.tokens import issue
from tests.fronts import front
from tests.integration.sandbox.conftest import ADDRESS, TOKEN
from tests.sites import TOKEN_KEY

TIP = 900_000
ELSEWHERE = "bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3"


@pytest.fixture
async def pages(addresses, sandbox):
    await sandbox.put("/sandbox/tip", height=TIP)
    places = {"exchange_url": sandbox.url, "esplora_url": f"{sandbox.url}/esplora"}
    async with front(addresses.mongo, exchange_token=TOKEN, **places) as found:
        yield found


async def check(pages, txid, address=ADDRESS, network="bitcoin", language="en"):
    form = {"txid": txid, "address": address, "network": network}
    return await pages.http.post(f"/check/deposit?lang={language}", data=form)


@pytest.mark.parametrize(
    ("height", "value", "address", "says"),
    [
        (TIP - 10, 10**8, ADDRESS, "reached the address you gave"),
        (TIP - 1, 10**8, ADDRESS, "waits for confirmations"),
        (None, 10**8, ADDRESS, "waits for confirmations"),
        (TIP - 10, 10**8, ELSEWHERE, "did not go to the address you gave"),
        (TIP - 10, 1000, ADDRESS, "below our minimum"),
    ],
)
async def test_a_transfer_is_judged_by_the_playbook(pages, sandbox, height, value, address, says):
    txid = await sandbox.broadcast(value, height=height, address=address)
    page = (await check(pages, txid)).text

    assert says in page
    assert 'class="button"' in page


@pytest.mark.parametrize(
    ("txid", "network", "says"),
    [
        ("not an id", "bitcoin", "no complete transaction id"),
        (token_hex(32), "bitcoin", "knows no transaction with this id"),
        (token_hex(32), "tron", "cannot read this network"),
        (token_hex(32), "<b>", "cannot read this network"),
    ],
)
async def test_what_cannot_be_judged_is_said_in_words(pages, txid, network, says):
    assert says in (await check(pages, txid, network=network)).text


async def test_the_page_says_nothing_of_anybodys_account(pages, sandbox):
    """Neither whose an address is nor what was credited: the two pages are the same."""
    txid = await sandbox.broadcast(10**8, height=TIP - 10)
    before = (await check(pages, txid)).text
    owner = await sandbox.open_account(deposit_addresses={"bitcoin": ADDRESS})
    row = {"user_id": owner, "txid": txid, "vout": 0, "asset": "BTC", "amount": "1"}
    await sandbox.put("/sandbox/deposits", **row, state="credited")

    assert (await check(pages, txid)).text == before
    assert owner not in before


async def test_an_exchange_that_is_away_is_said_and_no_fault(addresses, nowhere):
    url = f"http://{nowhere}"
    async with front(addresses.mongo, exchange_url=url, esplora_url=url) as alone:
        answer = await check(alone, token_hex(32))

    assert answer.status_code == 200
    assert "does not answer clearly" in answer.text


async def test_who_asks_too_often_waits(pages):
    answers = await asyncio.gather(*(check(pages, "x") for _ in range(60)))

    statuses = {answer.status_code for answer in answers}
    assert statuses == {200, 429}
    assert "1" in {answer.headers.get("Retry-After") for answer in answers}


@pytest.mark.parametrize(
    ("ticked", "says"),
    [
        (["gave_code", "two_factor"], "Somebody may be in your account"),
        (["two_factor"], "no sign of a stranger"),
        (["own_password", "two_factor", "whitelist", "mailbox"], "This looks good"),
        ([], "no sign of a stranger"),
        (["nonsense"], "no sign of a stranger"),
    ],
)
async def test_the_checklist_says_what_to_do(pages, ticked, says):
    assert says in (await pages.http.post("/check/security", data={"ticked": ticked})).text


def token(subject, role):
    return issue(TOKEN_KEY, subject, role, datetime.now(UTC), timedelta(minutes=5))


@pytest.mark.parametrize(
    ("kyc", "says"),
    [
        ({"level": 2, "state": "verified"}, "is complete"),
        ({"level": 1, "state": "pending"}, "look at them"),
        ({"level": 0, "state": "rejected", "reason": "blurred"}, "was refused"),
        ({"level": 0, "state": "none"}, "is not complete"),
    ],
)
async def test_the_holder_of_a_token_sees_the_own_identity_check(pages, sandbox, kyc, says):
    own = await sandbox.open_account(kyc=kyc)
    page = await pages.http.post("/check/kyc", data={"token": token(own, "submitter")})

    assert says in page.text


@pytest.mark.parametrize(
    ("make", "status"),
    [
        (lambda _: "", 401),
        (lambda own: own, 401),
        (lambda own: token(own, "operator"), 403),
        (lambda _: token("oidc:7", "submitter"), 404),
        (lambda _: token("key:7", "submitter"), 404),
    ],
)
async def test_without_the_right_nothing_is_said(pages, sandbox, make, status):
    own = await sandbox.open_account()
    answer = await pages.http.post("/check/kyc", data={"token": make(own), "user_id": own})

    assert answer.status_code == status
    assert "is complete" not in answer.text


@pytest.mark.parametrize("role", ["agent", "supervisor", "admin"])
async def test_a_customers_token_opens_no_other_account_but_staff_may_look(pages, sandbox, role):
    done, open_ = (
        await sandbox.open_account(),
        await sandbox.open_account(kyc={"level": 0, "state": "none"}),
    )
    asked = {"user_id": done}
    own = await pages.http.post("/check/kyc", data={"token": token(open_, "submitter"), **asked})
    staff = await pages.http.post("/check/kyc", data={"token": token("a-1", role), **asked})

    assert "is not complete" in own.text
    assert "is complete" in staff.text
