"""The customer's pages in a real browser, with scripts and without."""

import re

import pytest
from playwright.async_api import expect

from shared.pages.languages import LANGUAGES
from tests.browser.shots import looked, shot
from tests.fronts import front

pytestmark = pytest.mark.browser

NARROW = 320
PLACES = (
    "/help",
    "/help/deposit-not-arrived",
    "/complain?category=deposit_withdrawal",
    "/check/deposit",
    "/check/security",
    "/check/kyc",
)


@pytest.fixture
async def pages(addresses):
    """What the tabs are opened on."""
    async with front(addresses.mongo) as found:
        yield found


@pytest.fixture
async def plain(chromium, pages):
    """A tab whose browser runs no scripts."""
    context = await chromium.new_context(base_url=pages.url, java_script_enabled=False)
    yield await context.new_page()
    await context.close()


async def test_while_a_text_is_written_the_articles_that_answer_it_appear(tab):
    await tab.goto("/complain?lang=en")
    await tab.fill("#subject", "Help")
    await tab.locator("#description").press_sequentially("somebody hacked my account")

    await expect(tab.locator("#suggestions a").first).to_have_text(
        "Account stolen: the first steps"
    )
    await looked(tab, "complain-suggestions")
    assert tab.problems == []


async def test_only_the_facts_of_the_chosen_category_are_asked_for(tab):
    await tab.goto("/complain?lang=en")
    await expect(tab.locator("#order_id")).to_be_visible()
    await tab.get_by_label("Deposits and withdrawals").check()
    await expect(tab.locator("#txid")).to_be_visible()
    await tab.locator("input[value=kyc]").check()
    await expect(tab.locator("#txid")).to_be_hidden()
    await expect(tab.locator("#order_id")).to_be_hidden()
    await expect(tab.locator(".choice .hint:visible")).to_have_count(1)


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_without_scripts_a_complaint_with_a_file_is_sent_and_its_status_opens(
    plain, pages, language
):
    await plain.goto(f"/complain?lang={language}")
    await plain.locator("input[value=deposit_withdrawal]").check()
    await plain.fill("#subject", "My deposit")
    await plain.fill("#description", "It has not arrived.")
    await plain.fill("#txid", "ab" * 32)
    await plain.fill("#occurred_at", "2026-11-20T10:30")
    file = {"name": "proof.txt", "mimeType": "text/plain", "buffer": b"paid"}
    await plain.set_input_files("#files", file)
    await shot(plain, f"complain-filled-{language}")
    await plain.locator("main form button").click()

    (facts,) = await pages.complaints()
    await expect(plain.locator(".reference")).to_have_text(facts.reference)
    assert [one.media_type for one in facts.attachments] == ["text/plain"]
    await shot(plain, f"sent-{language}")
    await plain.locator("main a.button").click()
    await expect(plain.locator(".reference")).to_have_text(facts.reference)


async def test_a_form_with_faults_comes_back_with_what_was_written(plain, pages):
    await plain.goto("/complain?lang=en")
    await plain.fill("#subject", "My deposit")
    await plain.fill("#description", "It has not arrived.")
    await plain.fill("#amount", "a lot")
    await plain.locator("main form button").click()

    await expect(plain.locator("#amount")).to_have_attribute("aria-invalid", "true")
    await expect(plain.locator("#subject")).to_have_value("My deposit")
    await shot(plain, "complain-faults")
    assert await pages.complaints() == []


async def test_an_article_is_found_read_and_voted_on_without_scripts(plain):
    await plain.goto("/help?lang=ja")
    await plain.fill("#q", "入金が届かない")
    await plain.locator("form[role=search] button").click()
    await shot(plain, "help-found")
    await plain.locator("[aria-live] a").first.click()
    await expect(plain.locator("article h1")).to_have_text("入金が反映されないとき")
    await shot(plain, "article")
    await plain.locator("button[value=yes]").click()
    await expect(plain.locator("[role=status]")).to_be_visible()


async def test_the_security_checklist_answers(plain):
    await plain.goto("/check/security?lang=en")
    await plain.locator("input[value=gave_code]").check()
    await plain.locator("main form button").click()

    await expect(plain.locator(".verdict.urgent")).to_contain_text("Tell us now")
    await shot(plain, "security")


@pytest.mark.parametrize("width", [NARROW, 1280])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_no_page_scrolls_sideways_or_complains(tab, width, language):
    await tab.set_viewport_size({"width": width, "height": 900})
    for place in PLACES:
        await tab.goto(f"{place}{'&' if '?' in place else '?'}lang={language}")
        name = re.sub(r"\W+", "-", place).strip("-")
        checked = width == NARROW and (language == "en" or place in PLACES[:3:2])
        await (looked if checked else shot)(tab, f"{name}-{language}-{width}")
        assert await tab.evaluate("document.documentElement.scrollWidth") <= width, place
    assert tab.problems == []


async def test_every_field_has_a_label_and_every_hint_is_tied_to_its_field(tab):
    for place in PLACES:
        await tab.goto(f"{place}{'&' if '?' in place else '?'}lang=en")
        nameless = await tab.evaluate(
            "[...document.querySelectorAll('input:not([type=hidden]), select, textarea')]"
            ".filter((field) => !field.labels.length).map((field) => field.outerHTML)"
        )
        broken = await tab.evaluate(
            "[...document.querySelectorAll('[aria-describedby]')].flatMap((field) =>"
            " field.getAttribute('aria-describedby').split(' '))"
            ".filter((id) => !document.getElementById(id))"
        )
        assert (nameless, broken) == ([], []), place
