"""What programs ask notify: the customer's view, the timeline, the board, the live events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Header, Query, Request
from sse_starlette import EventSourceResponse, ServerSentEvent

from services.notify.access import READERS, Access, now
from services.notify.board import BoardView, happening_of
from services.notify.customer import CustomerView, customer_view
from services.notify.feed import Cursor, Feed, cursor_of, settled
from services.notify.history import History
from services.notify.timeline import TimelineRow, timeline
from shared.http.errors import ProblemError
from shared.reference import parse, reference_of
from shared.runner.staff import Command

if TYPE_CHECKING:
    from shared.runner.app import Wiring

COMMANDS: dict[str, Command] = {}
PING_S = 15
STEP_S = 1.0
STREAM_HEADERS = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}


def router(wiring: Wiring) -> APIRouter:
    """The JSON routes and the event stream."""
    routes = APIRouter(tags=["notify"])
    history, access, feed = History(wiring), Access(wiring.settings), Feed(wiring)

    @routes.get("/v1/complaints/{name}")
    async def complaint(request: Request, name: str, token: str | None = None) -> CustomerView:
        """The customer's view; with the status token, or for staff."""
        own = access.complaint(token)
        if own and _names(name, own):
            return customer_view(own, reference_of(own), await history.events(own))
        found = await history.complaint_of(name) if access.reader(request) else None
        events = await history.events(found) if found else []
        if not found or not events:
            raise ProblemError(404, "not_found")
        return customer_view(found, reference_of(found), events)

    @routes.get("/v1/complaints/{name}/timeline")
    async def rows(request: Request, name: str) -> list[TimelineRow]:
        """Every event of a complaint, for staff."""
        access.principal(request).require(READERS)
        found = await history.complaint_of(name)
        events = await history.events(found) if found else []
        if not events:
            raise ProblemError(404, "not_found")
        return timeline(events)

    @routes.get("/v1/board")
    async def board(request: Request) -> BoardView:
        """The board's numbers."""
        _open_to(access, request)
        return await feed.view(now())

    @routes.get("/events")
    async def events(
        request: Request,
        last_event_id: Annotated[str | None, Header()] = None,
        from_: Annotated[str | None, Query(alias="from")] = None,
    ) -> EventSourceResponse:
        """Every event as it comes, without personal data; goes on behind Last-Event-ID."""
        _open_to(access, request)
        start = Cursor.parse(last_event_id or from_ or "") or Cursor(settled(now()))
        return EventSourceResponse(_steps(feed, start), ping=PING_S, headers=STREAM_HEADERS)

    return routes


def _names(name: str, complaint: str) -> bool:
    return name.lower() == complaint or parse(name) == reference_of(complaint)


def _open_to(access: Access, request: Request) -> None:
    if not access.sees_board(request):
        access.principal(request)
        raise ProblemError(403, "role_too_low")


async def _steps(feed: Feed, cursor: Cursor) -> AsyncIterator[ServerSentEvent]:
    while True:
        rows = await feed.since(cursor, now())
        for row in rows:
            cursor = cursor_of(row)
            yield ServerSentEvent(happening_of(row).model_dump_json(), id=str(cursor))
        if not rows:
            await asyncio.sleep(STEP_S)
