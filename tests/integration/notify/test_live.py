"""Customer and staff in one conversation on real servers: each sees the other, nobody else."""

import asyncio

import pytest

from shared.pages.staff import COOKIE
from tests.conversing import conversing
from tests.sites import bearer, token


@pytest.fixture(scope="module")
async def site(addresses):
    async with conversing(addresses.kafka, addresses.mongo) as found:
        yield found


async def test_a_staff_line_reaches_its_customer_and_no_other(site):
    own, own_token = await site.complain()
    other, other_token = await site.complain("My withdrawal is stuck")
    hearing = [
        asyncio.create_task(site.heard(f"/status/{own_token}/events", "the last line")),
        asyncio.create_task(site.heard(f"/status/{other_token}/events", "the last line")),
    ]
    await site.write(own, "Please send the txid")
    await site.write(other, "We look at it")
    for complaint in (own, other):
        await site.write(complaint, "the last line")

    mine, others = await asyncio.gather(*hearing)

    assert "Please send the txid" in mine
    assert "We look at it" in others
    assert "We look at it" not in mine
    assert "Please send the txid" not in others
    assert "agent-1" not in mine


async def test_a_customers_line_reaches_the_staffs_timeline(site):
    own, own_token = await site.complain()
    await site.command(own, "open-case", {"reason": "customer_contact"})
    rows = site.heard(f"/complaints/{own}/events", "here it is", f"{COOKIE}={token('agent')}")
    hearing = asyncio.create_task(rows)
    sent = await site.http.post(
        f"/v1/complaints/{own}/messages?token={own_token}", json={"text": "here it is"}
    )

    assert sent.status_code == 202
    await hearing


async def test_staff_write_from_the_page_by_its_own_form(site):
    own, own_token = await site.complain()
    await site.write(own, "first")
    sent = await site.http.post(
        f"/complaints/{own}/message",
        data={"text": "from the page"},
        headers={"Cookie": f"{COOKIE}={token('agent')}"},
    )

    assert (sent.status_code, sent.headers["location"]) == (303, f"/complaints/{own}#write")
    await site.heard(f"/status/{own_token}/events", "from the page")


@pytest.mark.parametrize(
    ("path", "cookie"),
    [
        ("/status/{token}x/events", ""),
        ("/complaints/{own}/events", ""),
        ("/complaints/{own}/events", f"{COOKIE}={{token}}"),
    ],
)
async def test_a_stream_is_for_those_who_may_read(site, path, cookie):
    own, own_token = await site.complain()
    names = {"own": own, "token": own_token}
    answer = await site.http.get(
        path.format(**names), headers={"Cookie": cookie.format(**names)} if cookie else {}
    )

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("role", "body", "status"),
    [
        ("agent", {"text": "  "}, 422),
        ("agent", {"text": "x" * 10_001}, 422),
        ("agent", {"text": "x", "more": 1}, 422),
        ("auditor", {"text": "x"}, 403),
        ("submitter", {"text": "x"}, 403),
    ],
)
async def test_who_may_write_and_what(site, role, body, status):
    own, _ = await site.complain()
    await site.write(own, "hello")
    answer = await site.http.post(f"/v1/cases/{own}/message", json=body, headers=bearer(role))

    assert answer.status_code == status


async def test_another_sites_form_writes_nothing(site):
    own, _ = await site.complain()
    answer = await site.http.post(
        f"/complaints/{own}/message",
        data={"text": "x"},
        headers={"Cookie": f"{COOKIE}={token('agent')}", "Sec-Fetch-Site": "cross-site"},
    )

    assert answer.status_code == 403
