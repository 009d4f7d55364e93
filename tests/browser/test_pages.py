"""The pages in a real browser: live numbers, signing in, the customer's forms."""

import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from shared.events.resolution import CaseClosed
from shared.events.triage import ClockBreached, ClockWarned
from shared.pages.staff import COOKIE
from tests.browser.shots import looked
from tests.sites import Story, token
from tests.stories import deposit

pytestmark = pytest.mark.browser


def story(steps=99, **facts):
    complaint, start = str(uuid.uuid4()), datetime.now(UTC) - timedelta(minutes=2)
    return Story(complaint, start).tell(*deposit(complaint, start, **facts)[:steps])


async def test_the_board_follows_without_a_reload(tab, pages):
    await pages.put(story(6))
    await tab.goto("/")
    await expect(tab.locator("#live")).to_have_text("Live")
    await expect(tab.locator(".column.intake .count")).to_have_text("0")

    await pages.put(story(1), age_s=0)
    await expect(tab.locator(".column.intake .count")).to_have_text("1")
    await expect(tab.locator(".column.investigation .count")).to_have_text("1")
    await expect(tab.locator("#flow canvas")).to_be_visible()
    assert tab.problems == []


async def test_the_board_says_whose_promises_are_at_risk(tab, pages):
    clock = {"clock": "resolution", "level": 1, "due_at": datetime.now(UTC)}
    for number in range(3):
        more = (5.0, ClockWarned(**clock, share=80, at=datetime.now(UTC)))
        late = (6.0, ClockBreached(**clock, detected_at=datetime.now(UTC)))
        await pages.put(story(6).tell(*(more, late)[: number + 1]))
    await tab.goto("/")
    await expect(tab.locator(".column.investigation .late")).to_have_text("2 late")
    await expect(tab.locator(".column.investigation .risk")).to_have_text("1 at risk")
    await expect(tab.locator(".sums")).to_contain_text("promises broken2")
    await looked(tab, "board-risks")
    await tab.set_viewport_size({"width": 390, "height": 844})
    await looked(tab, "board-risks-phone")
    assert tab.problems == []


async def test_the_slider_replays_a_case_without_a_reload(tab, pages):
    own = await pages.put(story(), readers=("agent-1",))
    await tab.context.add_cookies([{"name": COOKIE, "value": token("agent"), "url": pages.url}])
    await tab.goto(f"/cases/{own}/replay")
    await looked(tab, "replay")
    await tab.evaluate("window.stayed = true")
    await tab.locator("#n").fill("1")
    await expect(tab.locator("#event")).to_contain_text("Complaint received")
    await tab.locator("#n").press("ArrowRight")
    await expect(tab.locator("#event")).to_contain_text("2 of")
    assert await tab.evaluate("window.stayed") is True
    await tab.set_viewport_size({"width": 390, "height": 844})
    await looked(tab, "replay-phone")
    assert tab.problems == []


async def test_a_paused_board_stands_still_until_it_goes_on(tab, pages):
    await tab.goto("/")
    await expect(tab.locator("#live")).to_have_text("Live")
    await tab.click("#pause")
    await pages.put(story(1), age_s=0)
    await tab.wait_for_timeout(2500)
    await expect(tab.locator(".column.intake .count")).to_have_text("0")

    await tab.click("#pause")
    await pages.put(story(1), age_s=0)
    await expect(tab.locator(".column.intake .count")).to_have_text("2")


async def test_staff_sign_in_and_read_the_timeline(tab, pages):
    own = await pages.put(story(), readers=("agent-1",))
    await tab.goto(f"/complaints/{own}")
    await tab.fill("#token", token("agent"))
    await tab.click("text=Sign in >> nth=-1")
    await expect(tab.locator(".timeline > li")).to_have_count(30)
    await expect(tab.locator("blockquote").first).to_have_text("My deposit has not arrived")

    await tab.click("nav.filter >> text=triage")
    await expect(tab.locator(".timeline > li")).to_have_count(2)
    assert await tab.evaluate("document.cookie") == ""


async def test_keyboard_users_reach_the_content_first(tab):
    await tab.goto("/")
    await tab.keyboard.press("Tab")
    await tab.keyboard.press("Enter")

    assert await tab.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize(
    ("fill", "button", "address", "body"),
    [
        ({"#text": " here it is "}, "Send", "messages", {"text": "here it is"}),
        (
            {"#points": "amount\n\n fee ", "#why": "new proof"},
            "Send the appeal",
            "appeal",
            {"decision_id": "dec-1", "points": ["amount", "fee"], "reason": "new proof"},
        ),
        ({}, "Yes, I accept", "confirm", {"decision_id": "dec-1", "satisfied": True}),
    ],
)
async def test_a_form_is_sent_as_json_to_the_complaints_own_address(
    tab, pages, fill, button, address, body
):
    own = await pages.put(story())
    sent = await _answering(tab, 202)
    await tab.goto(pages.status(own))
    for field, text in fill.items():
        await tab.fill(field, text)
    await tab.get_by_role("button", name=button, exact=True).click()
    await expect(tab.locator(".answer:visible")).to_contain_text("Thank you, we have it.")

    (url, content) = sent[0]
    assert url == f"{pages.url}/v1/complaints/{own}/{address}?token={pages.status(own)[8:]}"
    assert json.loads(content) == body
    assert tab.problems == []


async def test_a_rating_is_one_click_and_a_number(tab, pages):
    done = story()
    done.tell((30, CaseClosed(outcome="upheld", level=1, decision_id="dec-1")))
    own = await pages.put(done)
    sent = await _answering(tab, 202)
    await tab.goto(pages.status(own))
    await tab.get_by_role("radio", name="4").check()
    await tab.get_by_role("button", name="Send the rating").click()
    await expect(tab.locator(".answer:visible")).to_be_visible()

    assert json.loads(sent[0][1]) == {"decision_id": "dec-1", "score": 4}


async def test_a_form_that_is_refused_says_so_and_can_be_sent_again(tab, pages):
    own = await pages.put(story(1))
    await _answering(tab, 503)
    await tab.goto(pages.status(own))
    await tab.fill("#text", "hello")
    await tab.get_by_role("button", name="Send", exact=True).click()

    await expect(tab.locator(".answer.failed")).to_be_visible()
    await expect(tab.get_by_role("button", name="Send", exact=True)).to_be_enabled()


async def _answering(tab, status):
    """Stand in for intake, which another service serves on the same origin."""
    sent = []

    async def answer(route):
        sent.append((route.request.url, route.request.post_data))
        await route.fulfill(status=status, json={})

    await tab.route("**/v1/complaints/**", answer)
    return sent


async def test_the_customers_page_reads_well_without_scripts(chromium, pages):
    own = await pages.put(story(language_hint="zh"))
    context = await chromium.new_context(base_url=pages.url, java_script_enabled=False)
    tab = await context.new_page()
    await tab.goto(pages.status(own))

    await expect(tab.locator("html")).to_have_attribute("lang", "zh")
    await expect(tab.locator(".steps .current")).to_have_text("已答复")
    await expect(tab.locator("text=您的投诉成立")).to_have_count(2)
    await expect(tab.locator("noscript")).to_be_visible()
    await expect(tab.locator("form").first).to_be_hidden()
    await context.close()


@pytest.mark.parametrize("width", [320, 768, 1280])
async def test_no_page_scrolls_sideways(tab, pages, width):
    own = await pages.put(story())
    await tab.set_viewport_size({"width": width, "height": 800})
    for path in ("/", pages.status(own), f"/complaints/{own}"):
        await tab.goto(path)
        assert await tab.evaluate("document.documentElement.scrollWidth") <= width
