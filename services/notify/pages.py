"""The pages: the live board, the staff's timeline, the customer's status page."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sse_starlette import EventSourceResponse, ServerSentEvent

from services.notify.access import now
from services.notify.api import PING_S, STEP_S, STREAM_HEADERS
from services.notify.board.live import LiveBoard, Shown
from services.notify.commands import WRITERS
from services.notify.customer import customer_view
from services.notify.html import page, words
from services.notify.timeline import timeline
from services.notify.views import Views
from services.notify.watching import visitor_of
from shared.errors import TransientError
from shared.pages.html import wished
from shared.pages.languages import FALLBACK
from shared.pages.staff import ask, way_back
from shared.reference import reference_of


class Pages:
    """What the visitors of this process see."""

    def __init__(self, views: Views) -> None:
        self.access = views.access
        self.history = views.history
        self.feed = views.feed
        self.live = LiveBoard(views.feed)
        self.watchers = views.watchers
        self.reading = views.reading

    async def board(self, request: Request) -> Response:
        """The live board, or the sign-in form where it is for staff only."""
        if not self.access.sees_board(request):
            return ask(request.url.path)
        board = await self.feed.view(now())
        reader, text = self.access.reader(request), words(FALLBACK)
        return page("board", board=board, reader=reader, words=text, language=FALLBACK)

    async def stream(self, request: Request) -> Response:
        """The board's numbers as they change."""
        self.access.open_board(request)
        visitor = visitor_of(request, self.access)
        self.watchers.admit(visitor)
        changes = self.watchers.counted(visitor, _boards(self.live))
        return EventSourceResponse(changes, ping=PING_S, headers=STREAM_HEADERS)

    async def find(self, name: str = "") -> Response:
        """From the search box to the complaint's page."""
        return RedirectResponse(way_back(f"/complaints/{name.strip()}"), 303)

    async def complaint(self, request: Request, name: str, stage: str = "") -> Response:
        """Every event of a complaint, or of one stage, for staff."""
        reader = self.access.reader(request)
        if reader is None:
            return ask(request.url.path)
        found = await self.history.complaint_of(name)
        events = await self.history.events(found) if found else []
        if not found or not events:
            return _nothing(FALLBACK)
        reads = await self.reading.kept(events, reader, now())
        every = timeline(events, reads=reads)
        return page(
            "complaint",
            complaint=found,
            reference=reference_of(found),
            reader=reader,
            reads=reads,
            writes=not reader.roles.isdisjoint(WRITERS),
            every=every,
            rows=[row for row in every if stage in ("", row.stage)],
            stage=stage,
            now=now(),
        )

    async def status(self, request: Request, token: str) -> Response:
        """The customer's page; whoever holds the link is the customer."""
        own = self.access.complaint(token)
        if own is None:
            return _nothing(wished(request))
        events = await self.history.events(own)
        view = self.access.onward(customer_view(own, reference_of(own), events))
        text = words(view.language)
        return page("status", view=view, words=text, language=view.language, token=token)


def router(views: Views) -> APIRouter:
    """The routes of the pages."""
    routes, pages = APIRouter(include_in_schema=False), Pages(views)
    routes.add_api_route("/", pages.board)
    routes.add_api_route("/events/board", pages.stream)
    routes.add_api_route("/complaints", pages.find)
    routes.add_api_route("/complaints/{name}", pages.complaint)
    routes.add_api_route("/status/{token}", pages.status)
    return routes


def _nothing(language: str) -> Response:
    return page("nothing", 404, words=words(language), language=language)


async def _boards(live: LiveBoard) -> AsyncIterator[ServerSentEvent]:
    """The numbers whenever they change; htmx swaps them in, the chart takes the flow."""
    shown: Shown | None = None
    while True:
        with contextlib.suppress(TransientError):
            now_shown = await live.shown(now())
            if now_shown is not shown:
                shown = now_shown
                yield ServerSentEvent(shown.html)
                yield ServerSentEvent(shown.flow, event="flow")
        await asyncio.sleep(STEP_S)
