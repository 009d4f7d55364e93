"""`GET /v1/events`: every event as server-sent events, taken up again behind Last-Event-ID."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import orjson
from fastapi import APIRouter, Header, Query, Request, Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from services.notify.access import ON_BOARD
from services.notify.api import PING_S, STREAM_HEADERS
from services.notify.outward.cursor import Cursor
from services.notify.outward.public import public
from services.notify.outward.reading import Start, Wish, records
from services.notify.views import Views
from services.notify.watching import Watchers, visitor_of
from shared.errors import TransientError, UsageError
from shared.http.errors import ProblemError
from shared.http.tokens import DASHBOARD
from shared.pipeline import STAGES

if TYPE_CHECKING:
    from shared.runner.wiring import Wiring

MOST, EACH = 50, 5  # each reads Kafka for itself
ROLES = ON_BOARD | {DASHBOARD}
BAD = "Send the id of an event, a time with a zone, earliest, or nothing."
EARLIEST = "earliest"


class Stream:
    """The streams that this process serves."""

    def __init__(self, wiring: Wiring, views: Views) -> None:
        self.servers = wiring.settings.kafka
        self.access = views.access
        self.watchers = Watchers(MOST, EACH)

    async def events(
        self,
        request: Request,
        last_event_id: Annotated[str | None, Header()] = None,
        behind: Annotated[str | None, Query(alias="from")] = None,
        type: Annotated[str, Query(max_length=100)] = "",  # noqa: A002 - CloudEvents' own name
        stage: Annotated[str, Query(max_length=100)] = "",
        complaint: Annotated[str, Query(max_length=100)] = "",
    ) -> Response:
        """Events as they come, oldest first behind Last-Event-ID or `from`, with what to go on by.

        Role dashboard, or one that sees the board. Personal words are `(sealed)`. An id without
        data tells the place where nothing was for the reader.
        """
        self.access.principal(request).require(ROLES)
        if stage and stage not in STAGES:
            raise ProblemError(422, "unknown_stage")
        start = _start(last_event_id or behind)
        visitor = visitor_of(request, self.access)
        self.watchers.admit(visitor)
        wish = Wish(type, stage, complaint)
        steps = self.watchers.counted(visitor, _steps(self.servers, start, wish))
        return EventSourceResponse(steps, ping=PING_S, headers=STREAM_HEADERS)


def _start(behind: str | None) -> Start:
    if not behind:
        return None
    if behind == EARLIEST:
        return Cursor({})
    if (cursor := Cursor.parse(behind)) is not None:
        return cursor
    try:
        at = datetime.fromisoformat(behind)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise ProblemError(422, "bad_cursor", BAD)
    return at


async def _steps(servers: str, start: Start, wish: Wish) -> AsyncIterator[ServerSentEvent]:
    """Ends while Kafka is away: the reader comes back with its last id."""
    try:
        async for cursor, record in records(servers, start, PING_S):
            event = public(record.value) if record else None
            if event and wish.wants(event):
                yield ServerSentEvent(orjson.dumps(event).decode(), id=str(cursor))
            elif record is None:
                yield ServerSentEvent(id=str(cursor))
    except (TransientError, UsageError):
        return


def router(wiring: Wiring, views: Views) -> APIRouter:
    """The one route."""
    routes = APIRouter(tags=["events"])
    routes.add_api_route("/v1/events", Stream(wiring, views).events, methods=["GET"])
    return routes
