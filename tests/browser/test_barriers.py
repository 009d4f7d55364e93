"""Pages that no other test pictures, in light and dark, at a desk and on a phone."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from shared.pages.staff import COOKIE
from tests.browser.shots import barriers, looked
from tests.sites import Story, token
from tests.stories import deposit

pytestmark = pytest.mark.browser


@pytest.fixture
async def own(pages):
    complaint, start = str(uuid.uuid4()), datetime.now(UTC) - timedelta(minutes=2)
    return await pages.put(Story(complaint, start).tell(*deposit(complaint, start)))


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nothing_on_the_pages_of_notify_is_a_barrier(tab, pages, own, scheme):
    await tab.emulate_media(color_scheme=scheme)
    await tab.goto("/cases")
    await looked(tab, f"sign-in-{scheme}")
    cookie = {"name": COOKIE, "value": token("agent"), "url": pages.url}
    await tab.context.add_cookies([cookie])
    for name, place in {
        "board": "/",
        "health": "/health",
        "timeline": f"/complaints/{own}",
        "status": pages.status(own),
        "lost": "/nowhere",
    }.items():
        await tab.set_viewport_size({"width": 1280, "height": 900})
        await tab.goto(place)
        await looked(tab, f"{name}-{scheme}")
        await tab.set_viewport_size({"width": 390, "height": 844})
        await looked(tab, f"{name}-{scheme}-phone")


async def test_a_barrier_is_found(tab):
    await tab.goto("/")
    await tab.evaluate("document.querySelector('h1').innerHTML = '<img src=\"/static/icon.svg\">'")

    assert any(one.startswith("image-alt") for one in await barriers(tab))
