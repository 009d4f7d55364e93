"""Staff write a call down on a page, over real HTTP and a real MongoDB."""

import pytest

from shared.pages.staff import CALLS, COOKIE
from tests.fronts import front
from tests.sites import token

CALL = {
    "number": "+34 600 000 000",
    "notes": "Deposit of 0.5 BTC missing since Monday",
    "consent": "yes",
    "consent_at": "2026-11-22T09:00",
    "called_at": "",
    "language": "es",
    "user_id": "10042",
    "form_id": "one-opened-form",
}


@pytest.fixture
async def pages(addresses):
    async with front(addresses.mongo) as found:
        yield found


def signed_in(pages, role="agent"):
    pages.http.cookies.set(COOKIE, token(role))
    return pages.http


async def test_staff_sign_in_and_come_back_to_the_page(pages):
    asked = await pages.http.get(CALLS)
    form = {"token": token("agent"), "back": CALLS}
    signed = await pages.http.post("/sign-in", data=form)
    page = await pages.http.get(signed.headers["location"])

    assert (asked.status_code, f'name="back" value="{CALLS}"' in asked.text) == (401, True)
    assert signed.headers["location"] == CALLS
    assert "<h1>Record a call</h1>" in page.text


async def test_a_call_is_recorded_once_and_its_reference_is_shown(pages):
    http = signed_in(pages)
    answers = [await http.post(CALLS, data=CALL) for _ in range(2)]

    (place,) = {answer.headers["location"] for answer in answers}
    (facts,) = await pages.complaints()
    assert (facts.channel, facts.user_id, facts.language_hint) == ("phone", "10042", "es")
    assert (facts.consent, facts.consent_at.isoformat()) == (True, "2026-11-22T09:00:00+00:00")
    assert facts.thread.text == "phone/+34 600 000 000"
    assert f'href="/complaints/{facts.reference}"' in (await http.get(place)).text


async def test_without_consent_the_notes_are_kept_and_a_secret_is_taken_out(pages):
    notes = {"notes": "the password is Hunter2-Hunter2, he said", "consent": "no", "consent_at": ""}
    answer = await signed_in(pages).post(CALLS, data={**CALL, **notes})

    (facts,) = await pages.complaints()
    assert (facts.consent, "Hunter2" in facts.description.text) == (False, False)
    assert "tell the caller" in (await pages.http.get(answer.headers["location"])).text


@pytest.mark.parametrize(
    ("change", "fault", "status"),
    [
        ({"number": "call me"}, "number", 422),
        ({"notes": " "}, "notes", 422),
        ({"consent": ""}, "consent", 422),
        ({"consent_at": ""}, "consent_at", 422),
        ({"called_at": "2999-01-01T00:00"}, "called_at", 422),
        ({"amount": "a lot"}, "amount", 422),
        ({"complaint": "RD-AAAA"}, "complaint", 404),
    ],
)
async def test_a_fault_is_shown_with_its_field_and_all_else_stays(pages, change, fault, status):
    answer = await signed_in(pages).post(CALLS, data={**CALL, **change})

    assert answer.status_code == status
    assert f'id="{fault}-fault"' in answer.text
    assert answer.text.count('-fault"') == 2
    assert 'value="10042"' in answer.text
    assert await pages.complaints() == []


async def test_the_same_form_with_other_words_is_refused(pages):
    http = signed_in(pages)
    await http.post(CALLS, data=CALL)
    again = await http.post(CALLS, data={**CALL, "notes": "something else"})

    assert (again.status_code, "sent before" in again.text) == (422, True)
    assert len(await pages.complaints()) == 1


@pytest.mark.parametrize(
    ("role", "headers", "status"),
    [
        (None, {}, 401),
        ("submitter", {}, 401),
        ("auditor", {}, 401),
        ("agent", {"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
async def test_nobody_else_records_a_call(pages, role, headers, status):
    http = signed_in(pages, role) if role else pages.http
    answer = await http.post(CALLS, data=CALL, headers=headers)

    assert answer.status_code == status
    assert await pages.complaints() == []


async def test_what_was_written_comes_back_as_text_only(pages):
    attack = '"><script>alert(1)</script></textarea>'
    http = signed_in(pages)
    posted = await http.post(CALLS, data={**CALL, "number": attack, "notes": attack})
    shown = await http.get(CALLS, params={"recorded": attack})

    assert "<script>alert" not in posted.text + shown.text
