"""A Chromium for the tests marked `browser`, where there is one. Never imported."""

import os
import shutil

import pytest
from playwright.async_api import async_playwright

from tests.sites import site

PLACES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-sync",
    "--disable-component-update",
)


@pytest.fixture(scope="session")
async def chromium():
    found = os.environ.get("REDRESS_CHROMIUM") or next(filter(None, map(shutil.which, PLACES)), "")
    if not found:
        pytest.skip("browser: no Chromium is installed")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        await browser.close()


@pytest.fixture
async def pages(addresses):
    async with site(addresses.mongo, kafka=addresses.kafka) as found:
        yield found


@pytest.fixture
async def tab(chromium, pages):
    """A fresh tab; whatever the page complains of, or fetches from elsewhere, is in `problems`."""
    context = await chromium.new_context(base_url=pages.url)
    page = await context.new_page()
    page.problems = []
    page.on("console", lambda said: said.type == "error" and page.problems.append(said.text))
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on(
        "request",
        lambda asked: asked.url.startswith(pages.url) or page.problems.append(asked.url),
    )
    yield page
    await context.close()
