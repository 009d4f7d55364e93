"""The help pages: the knowledge base, its search, and whether an article helped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, get_args

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.datastructures import FormData

from services.notify import html
from services.notify.access import READERS, Access
from shared.events.base import Category
from shared.http.errors import ProblemError
from shared.http.forms import read_form
from shared.http.rate import Rate
from shared.knowledge import Article, Found, article, articles, search
from shared.pages.html import HEADERS, framed, own_form, wished, words
from shared.pages.languages import FALLBACK
from shared.runner.away import away

if TYPE_CHECKING:
    from shared.runner.wiring import Wiring

FOLDER = "templates/pages/help"
ANSWERS = ("yes", "no")
_CATEGORIES: tuple[Category, ...] = get_args(Category)
LONGEST = 2000  # signs of a text that are looked up while somebody writes
CALLS_PER_S, CALLS_AT_ONCE = 50, 500

_markdown = MarkdownIt("commonmark", {"html": False})


class Help:
    """The pages, and the counts of yes and no for each article: nothing of who answered."""

    def __init__(self, wiring: Wiring) -> None:
        self.counts = wiring.database["notify_helpful"]
        self.access = Access(wiring.settings)
        self.rate = Rate(CALLS_PER_S, CALLS_AT_ONCE)

    async def shelves(self, request: Request, q: str = "") -> Response:
        """Every article by its category, and those that answer what was asked."""
        language, asked = wished(request), q.strip()[:300]
        shelves: dict[str, list[Article]] = {}
        for one in _readable(language):
            shelves.setdefault(one.category, []).append(one)
        found = search(asked, language)
        return _page("help", request, "/help", asked=asked, found=found, shelves=shelves)

    async def article(self, request: Request, name: str, thanked: bool = False) -> Response:
        """One article, in English where the language has none. Raises ProblemError 404."""
        found = _named(name, wished(request))
        body = Markup(_markdown.render(found.text))  # noqa: S704 - our own text, its HTML escaped
        here = f"/help/{found.id}"
        return _page("article", request, here, article=found, body=body, thanked=thanked)

    async def answer(self, request: Request, name: str) -> Response:
        """Count a yes or a no. Raises ProblemError 403, 404, 422, 429."""
        own_form(request)
        self.rate.count(request)
        language = wished(request)
        found = _named(name, language)
        said = str((await _form(request)).get("helpful", ""))
        if said not in ANSWERS:
            raise ProblemError(422, "invalid_request")
        with away():
            key = {"_id": f"{found.id}.{found.language}"}
            await self.counts.update_one(key, {"$inc": {said: 1}}, upsert=True)
        return RedirectResponse(f"/help/{found.id}?lang={language}&thanked=true", 303, HEADERS)

    async def suggest(self, request: Request) -> Response:
        """What may answer a complaint that is being written: a list, nothing kept of the text."""
        own_form(request)
        self.rate.count(request)
        form, language = await _form(request), wished(request)
        text = f"{form.get('subject', '')}\n{form.get('description', '')}"[:LONGEST]
        found = _found(text, language, str(form.get("category", "")))
        own = words("services.notify", FOLDER, language)
        return html.page("_found", words=own, found=found, asked="", language=language)

    async def helpful(self, request: Request) -> dict[str, dict[str, int]]:
        """How often each article helped or did not, by id and language, for staff."""
        self.access.principal(request).require(READERS)
        with away():
            rows = await self.counts.find().to_list(None)
        return {row["_id"]: {said: row.get(said, 0) for said in ANSWERS} for row in rows}


def router(wiring: Wiring) -> APIRouter:
    """The routes of the help pages."""
    routes, pages = APIRouter(), Help(wiring)
    hidden: dict[str, Any] = {"include_in_schema": False}
    routes.add_api_route("/help", pages.shelves, **hidden)
    routes.add_api_route("/help/suggest", pages.suggest, methods=["POST"], **hidden)
    routes.add_api_route("/help/{name}", pages.article, **hidden)
    routes.add_api_route("/help/{name}", pages.answer, methods=["POST"], **hidden)
    routes.add_api_route("/v1/articles/helpful", pages.helpful, tags=["notify"])
    return routes


def _readable(language: str) -> Iterable[Article]:
    """Every article in the language, or in English."""
    return {**articles(FALLBACK), **articles(language)}.values()


def _found(text: str, language: str, category: str) -> tuple[Found, ...]:
    return search(text, language, next((c for c in _CATEGORIES if c == category), None))


def _named(name: str, language: str) -> Article:
    found = article(name, language)
    if found is None:
        raise ProblemError(404, "not_found")
    return found


async def _form(request: Request) -> FormData:
    return await read_form(request, 20)


def _page(template: str, request: Request, here: str, **values: Any) -> Response:
    return html.page(template, **framed(request, "services.notify", FOLDER, here), **values)
