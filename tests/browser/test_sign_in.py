"""A person of staff signs in at the provider in a real browser, and out again."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect
from pydantic import SecretStr

from shared.runner.accounts import MongoAccounts
from tests import provider as idp
from tests.browser.shots import looked
from tests.provider import Provider
from tests.serving import free_port, served
from tests.sites import Story, site
from tests.stories import deposit

pytestmark = pytest.mark.browser


@pytest.fixture
async def pages(addresses):
    """An installation whose public address is the one that the browser is at."""
    port = free_port()
    async with served(Provider().app()) as provider:
        more = {
            "oidc_issuer": idp.ISSUER,
            "oidc_audience": idp.AUDIENCE,
            "oidc_jwks_url": f"{provider}/keys",
            "oidc_client_id": idp.CLIENT,
            "oidc_client_secret": SecretStr(idp.SECRET),
            # Another host, so that the browser comes back from another site.
            "oidc_authorize_url": f"{provider}/authorize".replace("127.0.0.1", "localhost"),
            "oidc_token_url": f"{provider}/token",
        }
        url = f"http://127.0.0.1:{port}"
        async with site(addresses.mongo, url, port, **more) as found:
            yield found


async def test_staff_go_to_the_provider_and_come_back_to_the_page_they_asked_for(chromium, pages):
    complaint, start = str(uuid.uuid4()), datetime.now(UTC) - timedelta(minutes=2)
    story = Story(complaint, start).tell(*deposit(complaint, start)[:3])
    await pages.put(story, readers=("oidc:mia",))
    context = await chromium.new_context(base_url=pages.url)
    tab = await context.new_page()
    await tab.goto(f"/complaints/{complaint}")
    await looked(tab, "sign-in-provider")
    await tab.get_by_role("link", name="Sign in with your organisation").click()
    await tab.wait_for_url(f"**/complaints/{complaint}")

    await expect(tab.locator("blockquote").first).to_have_text("My deposit has not arrived")
    assert await tab.evaluate("document.cookie") == ""
    await tab.get_by_role("button", name="Sign out").click()
    await tab.goto(f"/complaints/{complaint}")
    await expect(tab.locator("h1")).to_have_text("Sign in")
    await context.close()


async def test_staff_sign_in_by_name_and_password_where_there_is_no_provider(chromium, addresses):
    async with site(addresses.mongo, local_accounts=True) as found:
        accounts, password = MongoAccounts(found.wiring.database), "four words and a fish"
        await accounts.add("mia", ("agent",), password, datetime.now(UTC))
        context = await chromium.new_context(base_url=found.url)
        tab = await context.new_page()
        await tab.goto("/complaints/x")
        await tab.get_by_label("Name").fill("mia")
        await tab.get_by_label("Password").fill("four words and a fist")
        await tab.get_by_role("button", name="Sign in", exact=True).click()
        await expect(tab.get_by_role("alert")).to_contain_text("No such name and password")
        await looked(tab, "sign-in-account")
        await tab.get_by_label("Name").fill("mia")
        await tab.get_by_label("Password").fill(password)
        await tab.keyboard.press("Enter")
        await expect(tab.locator("h1")).to_have_text("Nothing here")
        await tab.goto("/")
        await expect(tab.get_by_role("button", name="Sign out")).to_be_visible()
        await context.close()
