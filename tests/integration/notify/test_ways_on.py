"""No page is a dead end: each leads to help, the form and the chat, in the reader's language."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from shared.pages.languages import LANGUAGES
from tests.sites import Story, site
from tests.stories import deposit

BROWSER = "text/html,*/*;q=0.8"
PLACES = ("help", "complain", "chat")


@pytest.fixture
async def pages(addresses):
    async with site(addresses.mongo) as found:
        yield found


def leads_on(text, language):
    return all(f'href="/{place}?lang={language}"' in text for place in PLACES)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_status_page_speaks_the_complaints_language_and_leads_on(pages, language):
    complaint, start = str(uuid.uuid4()), datetime.now(UTC) - timedelta(minutes=2)
    story = Story(complaint, start).tell(*deposit(complaint, start, language_hint=language))
    page = (await pages.http.get(pages.status(await pages.put(story)))).text

    assert f'<html lang="{language}">' in page
    assert leads_on(page, language)


async def test_the_board_leads_to_the_customers_pages(pages):
    assert leads_on((await pages.http.get("/")).text, "en")


@pytest.mark.parametrize("path", ["/status/" + "x" * 64, "/help/no-such-article", "/nowhere"])
async def test_a_browser_that_finds_nothing_is_led_on_in_its_language(pages, path):
    headers = {"Accept": BROWSER, "Accept-Language": "ko"}
    answer = await pages.http.get(path, headers=headers)

    assert (answer.status_code, '<html lang="ko">' in answer.text) == (404, True)
    assert leads_on(answer.text, "ko")
