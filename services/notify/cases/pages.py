"""The page of a case, a piece of its evidence, and the word that the case has moved on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, get_args

from fastapi import APIRouter, Request, Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from services.notify.access import ON_BOARD, READERS, now
from services.notify.api import PING_S, STEP_S, STREAM_HEADERS
from services.notify.cases.evidence import content_of
from services.notify.cases.telling import Told
from services.notify.cases.view import case_view
from services.notify.html import page, part, words
from services.notify.reading.log import ground_of
from services.notify.timeline import title_of
from services.notify.views import Views
from services.notify.watching import visitor_of
from shared.envelope import Envelope
from shared.errors import TransientError
from shared.events.base import Refused
from shared.events.notify import CaseRead
from shared.events.notify_reading import Need
from shared.http.errors import ProblemError
from shared.pages.languages import FALLBACK
from shared.pages.refused import words_of
from shared.pages.staff import ask
from shared.reference import reference_of

if TYPE_CHECKING:
    from shared.http.tokens import Principal

HEARD_WITHIN_S = 6.0
LOOK_S = 0.2
QUIET_LOOKS = 4
NEEDS = get_args(Need)
STAGES = (
    ("investigation", "Investigate"),
    ("resolution", "Approve and act"),
    ("triage", "Whose case, how urgent"),
    ("verification", "The customer's facts and identity"),
    ("intake", "Linked complaints"),
    ("notify", "Write to the customer"),
)


class CasePages:
    """Cases before a browser."""

    def __init__(self, views: Views) -> None:
        self.access = views.access
        self.history = views.history
        self.watchers = views.watchers
        self.reading = views.reading

    async def show(self, request: Request, name: str, after: str = "") -> Response:
        """The case; `after` is the command that was just given, and is waited for."""
        who = self.access.on_board(request)
        if who is None:
            return ask(request.url.path)
        found = await self.history.complaint_of(name)
        if found and after:
            await self._heard(found, after)
        events = await self.history.events(found) if found else []
        if not found or not events:
            return page("nothing", 404, words=words(FALLBACK), language=FALLBACK)
        reads = await self.reading.kept(events, who, now())
        return page(
            "case",
            case=found,
            reference=reference_of(found),
            reader=who,
            reads=reads,
            ground=ground_of(events, who, now()),
            needs=() if reads or READERS.isdisjoint(who.roles) else NEEDS,
            view=case_view(events, reads=reads),
            stages=STAGES,
            size=sum(not isinstance(event.data, CaseRead) for event in events),
            came=_came(events, after) if after else None,
            now=now(),
        )

    async def evidence(self, request: Request, name: str, evidence_id: str) -> Response:
        """What one piece of evidence says, for those who may read it."""
        who = self.access.reader(request)
        if who is None:
            self._who(request)
            raise ProblemError(403, "role_too_low")
        found = await self.history.complaint_of(name)
        events = await self.history.events(found) if found else []
        text = content_of(Told(events, reads=True), evidence_id)
        if text is None:
            raise ProblemError(404, "not_found")
        await self.reading.require(events, who, now(), "evidence", evidence_id)
        scripted = "hx-request" in request.headers
        template = "_evidence" if scripted else "evidence"
        return page(template, text=text, evidence_id=evidence_id, case=found)

    async def moved(self, request: Request, name: str, seen: int = 0) -> Response:
        """Say so once the case has more events than the page was built from."""
        self._who(request)
        visitor = visitor_of(request, self.access)
        self.watchers.admit(visitor)
        found = await self.history.complaint_of(name)
        if found is None:
            raise ProblemError(404, "not_found")
        changes = self.watchers.counted(visitor, self._moves(request, found, seen))
        return EventSourceResponse(changes, ping=PING_S, headers=STREAM_HEADERS)

    async def _moves(
        self, request: Request, case: str, seen: int
    ) -> AsyncIterator[ServerSentEvent]:
        while self.access.on_board(request) is not None:
            try:
                size = await self.history.size(case)
            except TransientError:
                size = seen
            if size > seen:
                yield ServerSentEvent(part("_moved", case=case, more=size - seen))
                seen = size
            await asyncio.sleep(STEP_S)

    async def _heard(self, case: str, command: str) -> None:
        """Wait for what a command led to, and for what other stages make of that.

        A page built between the two would be out of date at once. HEARD_WITHIN_S at most.
        """
        size, quiet = -1, 0
        for _ in range(int(HEARD_WITHIN_S / LOOK_S)):
            before, size = size, await self.history.size(case)
            quiet = quiet + 1 if size == before else 0
            if quiet >= QUIET_LOOKS and await self.history.follows(case, command):
                return
            await asyncio.sleep(LOOK_S)

    def _who(self, request: Request) -> Principal:
        found = self.access.principal(request)
        found.require(ON_BOARD)
        return found


def router(views: Views) -> APIRouter:
    """The routes of the page."""
    routes, pages = APIRouter(include_in_schema=False), CasePages(views)
    routes.add_api_route("/cases/{name}", pages.show)
    routes.add_api_route("/cases/{name}/evidence/{evidence_id}", pages.evidence)
    routes.add_api_route("/cases/{name}/moved", pages.moved)
    return routes


def _came(events: list[Envelope], command: str) -> dict[str, str]:
    """What became of a command: done, refused, or not handled yet."""
    caused = [event for event in events if event.causationid == command]
    refused = next((e.data for e in caused if isinstance(e.data, Refused)), None)
    if refused is not None:
        return {"kind": "refused", "text": f"It was not done. {words_of(refused.rule)}"}
    if caused:
        first = min(caused, key=lambda event: event.sequence or 0)
        return {"kind": "done", "text": f"Done: {title_of(first.type).lower()}."}
    return {"kind": "open", "text": "It is accepted and will be handled. Reload in a moment."}
