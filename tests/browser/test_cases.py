"""A case by hand in a browser: taken from the queue, investigated, proposed, approved by two."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from services.triage.rules.assign import PEOPLE
from shared.http.tokens import issue
from tests.browser.shots import looked
from tests.conversing import conversing
from tests.integration.sandbox.conftest import TOKEN, sandbox
from tests.sites import TOKEN_KEY, bearer

__all__ = ["sandbox"]
pytestmark = pytest.mark.browser
SOON = 60_000
ASKED = {"description": "Your hotline charged me 30000 USDT for a call. I want it back. Thank you."}


@pytest.fixture(scope="module")
async def site(addresses, sandbox):
    more = {"exchange_url": sandbox.url, "exchange_token": TOKEN, "policy": "demo"}
    services = ("intake", "triage", "investigation", "resolution", "notify")
    async with conversing(addresses.kafka, addresses.mongo, services, **more) as found:
        yield found


def token(role, who):
    return issue(TOKEN_KEY, who, role, datetime.now(UTC), timedelta(hours=1))


@pytest.fixture
async def desk(chromium, site):
    """Opens a tab of somebody's own; what its page complains of is in `problems`."""
    contexts = []

    async def open_(**more):
        context = await chromium.new_context(base_url=site.url, **more)
        contexts.append(context)
        tab = await context.new_page()
        tab.problems = []
        tab.on("pageerror", lambda error: tab.problems.append(str(error)))
        return tab

    yield open_
    for context in contexts:
        await context.close()


async def sign_in(tab, role, who, place="/cases"):
    await tab.goto(place)
    await tab.fill("#token", token(role, who))
    await tab.click("text=Sign in >> nth=-1")
    await tab.wait_for_url(f"**{place}")


async def do(tab, command, button=None, **fields):
    """Fill in the form of a command and send it."""
    form = tab.locator(f"details.command:has(form[action$='/{command}'])").first
    await form.locator("> summary").click()
    for name, value in fields.items():
        field = form.locator(f"[name='{name.replace('__', ':')}']").first
        tag = await field.evaluate("one => one.tagName")
        await (field.select_option(value) if tag == "SELECT" else field.fill(value))
    await form.get_by_role("button", name=button or command.replace("-", " ").capitalize()).click()


async def complained(site, sandbox):
    """A complaint that nobody on shift may have, so that it waits; and whoever may take it."""
    user = await sandbox.open_account()
    facts = {"subject": "The hotline", "user_id": user, "contact_email": f"{user}@example.com"}
    answer = await site.http.post("/v1/complaints", json={**facts, **ASKED, "category": "other"})
    case = answer.json()["complaint_id"]
    row = await standing(site, case, "assigned")
    team = [p for p in PEOPLE if row["team"] in p.teams]
    on = [p.id for p in team if p.shift.covers(datetime.now(UTC))]
    path, lower = f"/v1/cases/{case}", {"priority": "P4", "reason": "no-loss"}
    await site.http.post(f"{path}/set-priority", json=lower, headers=bearer("supervisor"))
    for who in on:
        headers = {"Authorization": f"Bearer {token('agent', who)}"}
        await site.http.post(f"{path}/conflict", json={"reason": "a-friend"}, headers=headers)
    await standing(site, case, "waiting")
    return case, user, next(p.id for p in team if p.id not in on)


async def standing(site, case, stands):
    async with asyncio.timeout(SOON / 1000):
        while True:
            answer = await site.http.get("/v1/cases?limit=200", headers=bearer("agent"))
            for row in answer.json()["cases"]:
                if row["complaint_id"] == case and row["stands"] == stands:
                    return row
            await asyncio.sleep(0.2)


async def test_a_case_goes_from_the_queue_through_two_approvals_to_its_decision(
    site, sandbox, desk
):
    case, user, who = await complained(site, sandbox)
    agent, first, second = await desk(), await desk(), await desk()
    await sign_in(agent, "agent", who)
    await expect(agent.locator(f"#case-{case}")).to_contain_text("waiting")
    await looked(agent, "queue-1280")
    await agent.get_by_role("button", name="Take the next case").click()
    await expect(agent.locator("h1 + .marks + p")).to_contain_text("Your case")
    await investigated(agent, user)

    for tab, person in ((first, "supervisor-1"), (second, "supervisor-2")):
        await sign_in(tab, "supervisor", person, f"/cases/{case}")
        await expect(tab.locator("form[action$='/approve']")).to_have_count(1)
    await approved(first, second)
    await decided(second)
    assert agent.problems == first.problems == second.problems == []


async def investigated(agent, user):
    """Evidence, cause and proposal; who proposed has no button to approve it."""
    await do(agent, "add-evidence", type="call", source="hotline", summary="The tape says so.")
    await expect(agent.locator(".note.done")).to_be_visible()
    await agent.get_by_role("link", name="Open the content").first.click()
    await expect(agent.locator("pre.content")).to_contain_text("The tape says so.")
    await do(agent, "record-cause", cause="platform", confidence="0.9", detail="configuration")
    await expect(agent.locator("#findings ~ .entry").last).to_contain_text("configuration")
    paid = {"asset": "USDT", "amount": "30000", "user_id": user, "thing": f"order|{user}"}
    rows = {f"remedies__0__{name}": value for name, value in paid.items()}
    said = {"finding": "wrong_charge", "explanation": "The tariff was set wrongly."}
    said |= {"language": "en"}
    await do(agent, "propose", outcome="upheld", remedies__0__code="compensate", **said, **rows)
    proposal = agent.locator("#proposals ~ .entry").first
    await reloaded(agent, proposal, "0 of 2 approvals")
    await expect(agent.locator("form[action$='/freeze']")).to_have_count(1)
    await expect(agent.locator("form[action$='/approve']")).to_have_count(0)
    await looked(agent, "case-1280")


async def approved(first, second):
    """By one, then by another whose page was built before that: told so, and then it is taken."""
    await do(first, "approve", reason="evidence-checked")
    await expect(first.locator("#proposals ~ .entry").first).to_contain_text("1 of 2 approvals")
    await expect(first.locator("form[action$='/approve']")).to_have_count(0)
    await do(second, "approve", reason="evidence-checked")
    await expect(second.locator("h1")).to_have_text("The case has moved on")
    await looked(second, "moved-1280")
    await second.get_by_role("link", name="Reload the case").click()
    await do(second, "approve", reason="evidence-checked")
    await expect(second.locator(".note.done")).to_be_visible()


async def decided(tab):
    await reloaded(tab, tab.locator("main"), "waits for the customer")
    await expect(tab.locator(".badge.verified")).to_have_count(1)
    await expect(tab.locator("#proposals ~ .entry").first).to_contain_text("decided")
    await looked(tab, "case-decided-1280")


async def reloaded(tab, part, text):
    """Reload until a part of the page says so."""
    for _ in range(60):
        if text in (await part.text_content() or ""):
            break
        await tab.wait_for_timeout(500)
        await tab.reload()
    await expect(part).to_contain_text(text)


@pytest.mark.parametrize("width", [390, 1280])
async def test_the_queue_and_the_case_fit_their_window(site, sandbox, desk, width):
    case, _, _ = await complained(site, sandbox)
    tab = await desk(viewport={"width": width, "height": 900})
    await sign_in(tab, "supervisor", "supervisor-1")
    for name, place in (("queue", "/cases"), ("case", f"/cases/{case}")):
        assert (await tab.goto(place)).status == 200
        await tab.wait_for_timeout(1500)
        for form in await tab.locator("details.command > summary").all():
            await form.click()
        await looked(tab, f"{name}-open-{width}")
        assert await tab.evaluate("document.documentElement.scrollWidth") <= width, place
        nameless = await tab.evaluate(
            "[...document.querySelectorAll('input:not([type=hidden]), select, textarea')]"
            ".filter((field) => !field.labels.length).map((field) => field.outerHTML)"
        )
        assert nameless == [], place
    assert tab.problems == []


async def test_a_case_is_worked_on_without_scripts(site, sandbox, desk):
    case, _, who = await complained(site, sandbox)
    tab = await desk(java_script_enabled=False)
    await sign_in(tab, "agent", who)
    await tab.get_by_role("button", name="Take the next case").click()
    taken = tab.url.partition("?")[0].rpartition("/")[2]
    await tab.goto(f"/staff/investigation/cases/{taken}")
    await do(tab, "add-evidence", type="call", source="hotline", summary="By keyboard alone.")
    await expect(tab.locator(".note.done")).to_be_visible()
    await tab.get_by_role("link", name="Open the content").first.click()
    await expect(tab.locator("pre.content")).to_contain_text("By keyboard alone.")
    assert case


async def test_the_queue_follows_without_a_reload(site, sandbox, desk):
    tab = await desk()
    await sign_in(tab, "supervisor", "supervisor-1")
    await tab.evaluate("window.stayed = true")
    case, _, _ = await complained(site, sandbox)

    await expect(tab.locator(f"#case-{case}")).to_be_visible(timeout=SOON)
    assert await tab.evaluate("window.stayed") is True
