"""A complaint's conversation as it goes on: each side's page shows what the other wrote."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from sse_starlette import EventSourceResponse, ServerSentEvent

from services.notify.access import now
from services.notify.api import PING_S, STEP_S, STREAM_HEADERS
from services.notify.commands import WRITERS, StaffMessage, message
from services.notify.customer import customer_view
from services.notify.history import History
from services.notify.html import part, words
from services.notify.reading.log import ground_of
from services.notify.timeline import timeline
from services.notify.views import Views
from services.notify.watching import Watchers, address_of, visitor_of
from shared.envelope import Envelope
from shared.errors import TransientError
from shared.http.errors import ProblemError
from shared.http.forms import read_form
from shared.http.problem import faults
from shared.pages.html import own_form
from shared.reference import reference_of
from shared.runner.staff import hand_in

if TYPE_CHECKING:
    from shared.runner.wiring import Wiring

Render = Callable[[Sequence[Envelope]], str]


class Live:
    """The streams of one complaint, and the form by which staff answer in it."""

    def __init__(self, wiring: Wiring, views: Views, watchers: Watchers | None = None) -> None:
        self.wiring = wiring
        self.access = views.access
        self.history = views.history
        self.reading = views.reading
        self.people = views.watchers
        self.watchers = watchers or Watchers()  # customers take no room of the staff's

    async def customer(self, request: Request, token: str) -> Response:
        """What the customer may read of the complaint that the token opens, at each change.

        Raises ProblemError 404; 429 and 503 while as many watch as there is room for.
        """
        own = self.access.complaint(token)
        if own is None:
            raise ProblemError(404, "not_found")
        visitor = address_of(request)
        self.watchers.admit(visitor)

        def render(events: Sequence[Envelope]) -> str:
            view = customer_view(own, reference_of(own), events)
            return part("_messages", view=view, words=words(view.language))

        changes = _changes(self.history, own, render, lambda: True)
        return _stream(self.watchers.counted(visitor, changes))

    async def staff(self, request: Request, name: str, stage: str = "") -> Response:
        """The timeline's rows at each change, as long as the reader may read."""
        who = self.access.reader(request)
        if who is None:
            raise ProblemError(404, "not_found")
        visitor = visitor_of(request, self.access)
        self.people.admit(visitor)
        found = await self._found(name)
        if events := await self.history.events(found):
            await self.reading.kept(events, who, now())

        def render(events: Sequence[Envelope]) -> str:
            rows = timeline(events, reads=ground_of(events, who, now()) is not None)
            return part("_timeline", rows=[row for row in rows if stage in ("", row.stage)])

        def may_read() -> bool:
            return self.access.reader(request) is not None

        changes = _changes(self.history, found, render, may_read)
        return _stream(self.people.counted(visitor, changes))

    async def say(self, request: Request, name: str) -> Response:
        """Staff write from their page, by the cookie; programs use POST /v1/cases/{id}/message."""
        own_form(request)
        who = self.access.principal(request)
        who.require(WRITERS)
        found, form = await self._found(name), await read_form(request, 5)
        try:
            body = StaffMessage.model_validate({"text": form.get("text")})
        except ValidationError as error:
            plain = error.errors(include_input=False, include_url=False, include_context=False)
            raise ProblemError(422, "invalid_request", errors=faults(plain)) from error
        door = self.wiring.doors["notify"]
        state = await door.state(found)
        if state is None:
            raise ProblemError(404, "not_found")
        await hand_in(door, found, message(body, who, now()), state.lane)
        return RedirectResponse(f"/complaints/{name}#write", 303)

    async def _found(self, name: str) -> str:
        found = await self.history.complaint_of(name)
        if found is None:
            raise ProblemError(404, "not_found")
        return found


def router(wiring: Wiring, views: Views) -> APIRouter:
    """The routes of the conversation."""
    routes, live = APIRouter(include_in_schema=False), Live(wiring, views)
    routes.add_api_route("/status/{token}/events", live.customer)
    routes.add_api_route("/complaints/{name}/events", live.staff)
    routes.add_api_route("/complaints/{name}/message", live.say, methods=["POST"])
    return routes


def _stream(changes: AsyncIterator[ServerSentEvent]) -> Response:
    return EventSourceResponse(changes, ping=PING_S, headers=STREAM_HEADERS)


async def _changes(
    history: History, complaint: str, render: Render, allowed: Callable[[], bool]
) -> AsyncIterator[ServerSentEvent]:
    """The whole piece of page whenever the complaint has grown, so that nothing can be missed."""
    shown = -1
    while allowed():
        try:
            size = await history.size(complaint)
            if size != shown:
                yield ServerSentEvent(render(await history.events(complaint)))
                shown = size
        except TransientError:
            pass  # the page keeps what it shows until MongoDB answers
        await asyncio.sleep(STEP_S)
