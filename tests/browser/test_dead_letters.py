"""An operator looks at a dead letter and redrives it, in a real browser."""

import uuid

import pytest
from playwright.async_api import expect

from shared.http.sessions import COOKIE
from shared.runner.partitions import create_topics
from tests.browser.shots import looked
from tests.burials import PLACE, burial_site, letter
from tests.sites import token

pytestmark = pytest.mark.browser


async def test_a_parked_complaint_is_redriven_after_a_second_click(chromium, addresses):
    await create_topics(addresses.kafka, 6, 1)
    complaint = str(uuid.uuid4())
    async with burial_site(addresses.mongo, addresses.kafka) as (wiring, http):
        url = str(http.base_url)
        await wiring.log.publish([letter(complaint)])
        context = await chromium.new_context(base_url=url)
        await context.add_cookies([{"name": COOKIE, "value": token("operator"), "url": url}])
        tab = await context.new_page()
        await tab.goto(PLACE)
        await looked(tab, "dead-letters")
        row = tab.get_by_role("row").filter(has_text=complaint[:8])
        await row.get_by_role("link").first.click()
        await expect(tab.get_by_role("button", name="Redrive now")).to_be_hidden()
        await tab.get_by_text("Discard…").click()
        await tab.get_by_text("Redrive…").click()
        await looked(tab, "dead-letter")
        await tab.set_viewport_size({"width": 390, "height": 844})
        await looked(tab, "dead-letter-phone")
        await tab.get_by_role("button", name="Redrive now").click()
        await expect(tab.get_by_role("status")).to_contain_text("tried again")
        await expect(row).to_have_count(0)
        await looked(tab, "dead-letters-phone")
        await context.close()
