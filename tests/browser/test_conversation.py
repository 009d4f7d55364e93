"""Two people in two browsers: the customer and staff read each other without a reload."""

from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from shared.pages.staff import COOKIE
from tests.browser.shots import looked, shot
from tests.conversing import conversing
from tests.sites import token

pytestmark = pytest.mark.browser
SOON = 60_000


@pytest.fixture(scope="module")
async def site(addresses):
    async with conversing(addresses.kafka, addresses.mongo) as found:
        yield found


@pytest.fixture
async def people(chromium, site):
    """A customer's tab and a staff's tab, each in a browser of its own."""
    contexts = [await chromium.new_context(base_url=site.url) for _ in range(2)]
    await contexts[1].add_cookies([{"name": COOKIE, "value": token("agent"), "url": site.url}])
    yield [await context.new_page() for context in contexts]
    for context in contexts:
        await context.close()


async def opens(staff, case):
    await staff.goto(f"/cases/{case}")
    await staff.get_by_label("I need it for").select_option("customer_contact")
    await looked(staff, "staff-0")
    await staff.get_by_role("button", name="Open the case").click()
    await expect(staff.get_by_text("You read this case until")).to_be_visible(timeout=SOON)


async def test_each_sees_the_others_line_without_a_reload(site, people):
    customer, staff = people
    own, own_token = await site.complain()
    await site.write(own, "Good morning")
    await customer.goto(f"/status/{own_token}")
    await opens(staff, own)
    await staff.goto(f"/complaints/{own}")
    for tab in people:
        await tab.evaluate("window.stayed = true")
    await staff.fill("#text", "half a thought")

    await customer.fill("#text", "My transaction is abc")
    await customer.get_by_role("button", name="Send", exact=True).click()
    await expect(staff.locator("#rows")).to_contain_text("My transaction is abc", timeout=SOON)
    await expect(staff.locator("#text")).to_have_value("half a thought")
    await expect(customer.locator("#messages")).to_contain_text("My transaction is abc")
    await expect(customer.locator("#text")).to_have_value("")
    assert await staff.evaluate("window.stayed") is True
    await looked(customer, "customer-1")

    await staff.fill("#text", "We have found it")
    await looked(staff, "staff-1")
    await staff.get_by_role("button", name="Send", exact=True).click()
    await expect(customer.locator("#messages")).to_contain_text("We have found it", timeout=SOON)
    await expect(staff.locator("#rows")).to_contain_text("We have found it", timeout=SOON)
    assert await customer.evaluate("window.stayed") is True
    await looked(customer, "customer-2")
    await looked(staff, "staff-2")


async def test_an_opened_letter_stays_open_when_a_line_comes(site, people):
    customer, _ = people
    own, own_token = await site.complain()
    await site.write(own, "Good morning")
    await customer.goto(f"/status/{own_token}")
    letter = customer.locator("#messages details").last
    await letter.locator("summary").click()
    await expect(letter).to_have_attribute("open", "")

    await site.write(own, "Good evening")

    await expect(customer.locator("#messages")).to_contain_text("Good evening", timeout=SOON)
    await expect(customer.locator("#messages details").last).to_have_attribute("open", "")


async def test_a_chat_with_the_bot_becomes_the_conversation_with_people(site, people):
    customer, _ = people
    errors = []
    customer.on("console", lambda said: said.type == "error" and errors.append(said.text))
    await customer.goto("/chat?lang=en")
    await customer.evaluate("window.stayed = true")
    await customer.fill("#text", "My deposit is missing, how many confirmations does it need?")
    await customer.get_by_role("button", name="Send", exact=True).click()
    await expect(customer.locator(".talk li")).to_have_count(2)
    await expect(customer.locator(".talk .source a")).not_to_have_count(0)
    assert await customer.evaluate("window.stayed") is True
    await expect(customer.locator("#text")).to_have_value("")
    await looked(customer, "chat-1")
    await customer.get_by_role("button", name="Talk to a person").click()
    await customer.wait_for_url("**/status/*")
    await expect(customer.locator("#messages")).to_contain_text("I would like to", timeout=SOON)
    await looked(customer, "chat-2")

    row = await site.database["intake_chats"].find_one({})
    await site.write(row["complaint"], "A person speaking")
    await expect(customer.locator("#messages")).to_contain_text("A person speaking", timeout=SOON)
    await customer.goto("/chat")
    await looked(customer, "chat-3")
    await expect(customer.get_by_role("link", name="Your conversation")).to_be_visible()
    await customer.get_by_role("button", name="Start a new chat").click()
    await expect(customer.locator(".talk li")).to_have_count(1)
    assert errors == []


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("language", ["zh", "ja", "ru", "vi"])
async def test_the_chat_fits_its_window_and_works_without_scripts(chromium, site, width, language):
    context = await chromium.new_context(
        base_url=site.url, java_script_enabled=False, viewport={"width": width, "height": 800}
    )
    tab = await context.new_page()
    await tab.goto(f"/chat?lang={language}")
    await tab.fill("#text", "?" * 200 + "x")
    await tab.locator("form[action='/chat/messages'] button").first.click()
    await expect(tab.locator(".talk li")).to_have_count(2)
    await expect(tab.locator("html")).to_have_attribute("lang", language)
    box = await tab.locator("main").bounding_box()
    assert box["width"] <= width
    await shot(tab, f"plain-{language}-{width}")
    assert urlsplit(tab.url).path == "/chat"
    await context.close()
