"""The customer's form over real HTTP and a real MongoDB."""

import re

import pytest

from shared.pages.languages import LANGUAGES
from tests.fronts import front

FILLED = {
    "subject": "My deposit",
    "description": "It has not arrived. 我的充值没有到账",
    "category": "deposit_withdrawal",
    "txid": "ab" * 32,
    "asset": "btc",
    "amount": "",
    "contact_email": "customer@example.org",
    "occurred_at": "2026-11-20T10:30",
    "form_id": "one-opened-form",
}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63"
    "64f8cf500f0003860180" + "5a347d6b" + "0000000049454e44ae426082"
)


@pytest.fixture
async def pages(addresses):
    async with front(addresses.mongo) as found:
        yield found


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_form_is_there_in_every_language(pages, language):
    page = (await pages.http.get(f"/complain?lang={language}&category=kyc")).text

    assert f'<html lang="{language}">' in page
    assert re.search(r'value="kyc" checked', page)
    assert page.count("<label") >= 20
    assert "{" not in re.sub(r"content='\{.*?\}'", "", page)


async def test_a_plain_post_opens_one_complaint_and_shows_its_reference(pages):
    answers = [await pages.http.post("/complain?lang=zh", data=FILLED) for _ in range(3)]

    (place,) = {answer.headers["location"] for answer in answers}
    (facts,) = await pages.complaints()
    page = (await pages.http.get(place)).text
    assert facts.reference in page
    token = place.removeprefix("/complain/sent/").partition("?")[0]
    assert f'href="/status/{token}"' in page
    assert (await pages.http.get(f"/status/{token}")).status_code == 200
    assert (facts.channel, facts.language_hint, facts.category_hint) == (
        "web_form",
        "zh",
        "deposit_withdrawal",
    )
    assert (facts.txid, facts.asset, facts.amount) == ("ab" * 32, "BTC", None)
    assert facts.occurred_at.isoformat() == "2026-11-20T10:30:00+00:00"
    assert facts.contact.text == "customer@example.org"


async def test_another_text_in_the_same_open_form_is_another_complaint(pages):
    for text in ("first matter", "second matter"):
        await pages.http.post("/complain", data={**FILLED, "description": text})

    assert len(await pages.complaints()) == 2


async def test_a_form_with_files_brings_them_too(pages):
    files = [("files", ("a.png", PNG)), ("files", ("b.txt", b"paid")), ("files", ("", b""))]
    answer = await pages.http.post("/complain", data=FILLED, files=files)

    assert answer.status_code == 303, answer.text
    (facts,) = await pages.complaints()
    assert [file.media_type for file in facts.attachments] == ["image/png", "text/plain"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"description": " "}, "description"),
        ({"subject": ""}, "subject"),
        ({"contact_email": "nobody"}, "contact_email"),
        ({"amount": "a lot"}, "amount"),
        ({"occurred_at": "2999-01-01T00:00"}, "occurred_at"),
        ({"txid": "x" * 201}, "txid"),
        ({"category": "theft"}, "category"),
    ],
)
async def test_a_fault_is_shown_with_its_field_and_all_else_stays(pages, change, fault):
    answer = await pages.http.post("/complain", data={**FILLED, **change})

    assert answer.status_code == 422
    assert f'href="#{fault}"' in answer.text
    kept = "btc" if fault != "asset" else FILLED["subject"]
    assert f'value="{kept}"' in answer.text
    assert await pages.complaints() == []


async def test_a_file_that_may_not_come_is_told_before_anything_is_kept(pages):
    files = [("files", ("a.pdf", b"MZ\x90\x00" + b"\x00" * 200))]
    answer = await pages.http.post("/complain", data=FILLED, files=files)

    assert (answer.status_code, 'href="#files"' in answer.text) == (422, True)
    assert await pages.complaints() == []


async def test_what_was_written_comes_back_as_text_only(pages):
    attack = '"><script>alert(1)</script></textarea>'
    answer = await pages.http.post("/complain", data={"subject": attack, "description": attack})

    sent = await pages.http.post("/complain", data={**FILLED, "amount": attack, "txid": attack})
    for page in (answer, sent):
        assert "<script>alert" not in page.text
    assert "script-src 'self'" in sent.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ({"data": FILLED}, {"Sec-Fetch-Site": "cross-site"}, 403),
        ({"content": b"{}"}, {"Content-Type": "application/json"}, 415),
        ({"content": b"--x"}, {"Content-Type": "multipart/form-data; boundary=y"}, 400),
        ({"data": {f"f{n}": "1" for n in range(100)}}, {}, 400),
        ({"content": b"description=" + b"x" * (2 << 20)}, {}, 413),
    ],
)
async def test_what_no_form_of_ours_sends_is_refused_on_a_page(pages, body, headers, status):
    if "content" in body and not headers:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await pages.http.post("/complain?lang=en", **body, headers=headers)

    assert answer.status_code == status
    assert await pages.complaints() == []


async def test_a_password_is_taken_out_and_the_customer_is_told(pages):
    text = {**FILLED, "description": "my password is Hunter2-Hunter2 and the deposit is gone"}
    answer = await pages.http.post("/complain", data=text)

    (facts,) = await pages.complaints()
    assert "Hunter2" not in facts.description.text
    assert 'role="alert"' in (await pages.http.get(answer.headers["location"])).text


@pytest.mark.parametrize("token", ["x", "a" * 64, ".", "%00"])
async def test_a_link_that_nobody_signed_shows_nothing(pages, token):
    assert (await pages.http.get(f"/complain/sent/{token}")).status_code == 404
