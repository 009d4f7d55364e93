"""The pages: the live board, the staff's timeline, the customer's status page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sse_starlette import EventSourceResponse, ServerSentEvent

from services.notify import sign_in
from services.notify.access import Access, now
from services.notify.api import PING_S, STEP_S, STREAM_HEADERS
from services.notify.customer import customer_view
from services.notify.feed import Feed
from services.notify.history import History
from services.notify.html import page, part, words
from services.notify.timeline import timeline
from shared.reference import reference_of

if TYPE_CHECKING:
    from shared.runner.app import Wiring


def router(wiring: Wiring) -> APIRouter:
    """The routes of the pages."""
    routes = APIRouter(include_in_schema=False)
    history, access, feed = History(wiring), Access(wiring.settings), Feed(wiring)
    routes.include_router(sign_in.router(access))

    @routes.get("/")
    async def board(request: Request) -> Response:
        if not access.sees_board(request):
            return sign_in.ask(request)
        return page("board", board=await feed.view(now()), signed_in=access.reader(request))

    @routes.get("/board/stream")
    async def board_stream(request: Request) -> Response:
        if not access.sees_board(request):
            return Response(status_code=404)
        return EventSourceResponse(_boards(feed), ping=PING_S, headers=STREAM_HEADERS)

    @routes.get("/complaints")
    async def find(name: str = "") -> Response:
        return RedirectResponse(sign_in.way_back(f"/complaints/{name.strip()}"), 303)

    @routes.get("/complaints/{name}")
    async def complaint(request: Request, name: str, stage: str = "") -> Response:
        reader = access.reader(request)
        if reader is None:
            return sign_in.ask(request)
        found = await history.complaint_of(name)
        rows = timeline(await history.events(found)) if found else []
        if not found or not rows:
            return page("nothing", 404, language="en", words=words("en"))
        shown = [row for row in rows if stage in ("", row.stage)]
        facts = {"complaint": found, "reference": reference_of(found), "reader": reader}
        return page("complaint", rows=shown, every=rows, stage=stage, now=now(), **facts)

    @routes.get("/status/{token}")
    async def status(token: str) -> Response:
        own = access.complaint(token)
        if own is None:
            return page("nothing", 404, language="en", words=words("en"))
        view = customer_view(own, reference_of(own), await history.events(own))
        text = words(view.language)
        return page("status", view=view, words=text, language=view.language, token=token)

    return routes


async def _boards(feed: Feed) -> AsyncIterator[ServerSentEvent]:
    shown = ""
    while True:
        view = await feed.view(now())
        html = part("board_numbers", board=view)
        if html != shown:
            shown = html
            yield ServerSentEvent(html)
            yield ServerSentEvent(view.flow.model_dump_json(), event="flow")
        await asyncio.sleep(STEP_S)
