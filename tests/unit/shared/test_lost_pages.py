"""A browser that finds nothing is shown a page; a program gets the problem."""

import httpx
import pytest
from fastapi import FastAPI

from shared.http.errors import MEDIA_TYPE, ProblemError
from shared.http.problem import install
from shared.pages import lost
from shared.pages.languages import LANGUAGES

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ATTACK = "/%3Cscript%3Ealert(1)%3C/script%3E"


@pytest.fixture
async def http():
    app = FastAPI()
    install(app)
    lost.install(app)

    @app.get("/missing")
    async def missing():
        raise ProblemError(404, "not_found")

    @app.get("/refused")
    async def refused():
        raise ProblemError(403, "another_site")

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://redress") as client:
        yield client


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_browser_is_told_in_its_language_and_led_on(http, language):
    for path in ("/nowhere", "/missing", ATTACK):
        headers = {"Accept": BROWSER, "Accept-Language": language}
        answer = await http.get(path, headers=headers)

        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/html")
        assert f'<html lang="{language}">' in answer.text
        assert f'href="/complain?lang={language}"' in answer.text
        assert "script" not in answer.text


@pytest.mark.parametrize(
    ("path", "accept", "status"),
    [
        ("/nowhere", "*/*", 404),
        ("/nowhere", "application/json", 404),
        ("/nowhere", "", 404),
        ("/v1/nowhere", BROWSER, 404),
        ("/refused", BROWSER, 403),
    ],
)
async def test_a_program_gets_the_problem(http, path, accept, status):
    answer = await http.get(path, headers={"Accept": accept})

    assert (answer.status_code, answer.headers["content-type"]) == (status, MEDIA_TYPE)
