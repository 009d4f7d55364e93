"""What programs ask notify: the customer's view, the timeline, the board, the live events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import RedirectResponse
from sse_starlette import EventSourceResponse, ServerSentEvent

from services.notify.access import READERS, now
from services.notify.board.board import BoardView, happening_of
from services.notify.board.cursor import Cursor, cursor_of, settled
from services.notify.board.feed import Feed
from services.notify.customer import CustomerView, customer_view
from services.notify.timeline import TimelineRow, timeline
from services.notify.views import Views
from services.notify.watching import visitor_of
from shared.envelope import Envelope
from shared.errors import TransientError
from shared.http.errors import ProblemError
from shared.reference import parse, reference_of

PING_S = 15
STEP_S = 1.0
STREAM_HEADERS = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}


class Api:
    """What this process answers to programs."""

    def __init__(self, views: Views) -> None:
        self.access = views.access
        self.history = views.history
        self.feed = views.feed
        self.reading = views.reading
        self.watchers = views.watchers

    async def complaint(
        self, request: Request, name: str, token: str | None = None
    ) -> CustomerView | RedirectResponse:
        """The customer's view, by id or reference: with the status token, or for staff.

        A browser is sent to the customer's page.
        """
        own = self.access.complaint(token)
        if own and _names(name, own):
            if "text/html" in request.headers.get("accept", ""):
                return RedirectResponse(f"/status/{token}", 303)
            events = await self.history.events(own)
            return self.access.onward(customer_view(own, reference_of(own), events))
        reader = self.access.reader(request)
        if reader is None:
            raise ProblemError(404, "not_found")
        found, events = await self._found(name)
        await self.reading.require(events, reader, now(), "customer_view")
        return customer_view(found, reference_of(found), events)

    async def timeline(self, request: Request, name: str) -> list[TimelineRow]:
        """Every event of a complaint, for staff; words for those who opened the case."""
        who = self.access.principal(request)
        who.require(READERS)
        events = (await self._found(name))[1]
        return timeline(events, reads=await self.reading.kept(events, who, now()))

    async def _found(self, name: str) -> tuple[str, list[Envelope]]:
        found = await self.history.complaint_of(name)
        events = await self.history.events(found) if found else []
        if not found or not events:
            raise ProblemError(404, "not_found")
        return found, events

    async def board(self, request: Request) -> BoardView:
        """The board's numbers."""
        self.access.open_board(request)
        return await self.feed.view(now())

    async def events(
        self,
        request: Request,
        last_event_id: Annotated[str | None, Header()] = None,
        behind: Annotated[str | None, Query(alias="from")] = None,
    ) -> Response:
        """Every event as it comes, nothing personal in it; goes on behind Last-Event-ID."""
        self.access.open_board(request)
        start = _start(last_event_id or behind)
        visitor = visitor_of(request, self.access)
        self.watchers.admit(visitor)
        steps = self.watchers.counted(visitor, _steps(self.feed, start))
        return EventSourceResponse(steps, ping=PING_S, headers=STREAM_HEADERS)


def router(views: Views) -> APIRouter:
    """The JSON routes and the event stream."""
    routes, api = APIRouter(tags=["notify"]), Api(views)
    routes.add_api_route("/v1/complaints/{name}", api.complaint, response_model=CustomerView)
    routes.add_api_route("/v1/complaints/{name}/timeline", api.timeline)
    routes.add_api_route("/v1/board", api.board)
    routes.add_api_route("/events", api.events)
    return routes


def _start(behind: str | None) -> Cursor:
    start = Cursor.parse(behind) if behind else Cursor(settled(now()))
    if start is None:
        raise ProblemError(422, "bad_cursor", "Send the id of an event, or nothing.")
    return start


def _names(name: str, complaint: str) -> bool:
    return name.lower() == complaint or parse(name) == reference_of(complaint)


async def _steps(feed: Feed, cursor: Cursor) -> AsyncIterator[ServerSentEvent]:
    while True:
        try:
            rows = await feed.since(cursor, now())
        except TransientError:
            rows = []
        for row in rows:
            cursor = cursor_of(row)
            yield ServerSentEvent(happening_of(row).model_dump_json(), id=str(cursor))
        if not rows:
            await asyncio.sleep(STEP_S)
