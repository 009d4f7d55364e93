"""Handing out the copy of one complaint, to the role `privacy` alone, and on record."""

from __future__ import annotations

from fastapi import APIRouter, Request

from services.notify.access import now
from services.notify.copies.copy import Copy, copy_of
from services.notify.views import Views
from shared.http.errors import ProblemError
from shared.http.tokens import PRIVACY


class Copies:
    """Copies for who asked what is kept about them."""

    def __init__(self, views: Views) -> None:
        self.access = views.access
        self.history = views.history
        self.reading = views.reading

    async def copy(self, request: Request, name: str) -> Copy:
        """What is kept of the person in one complaint (GDPR Art. 15); the reading is on record."""
        who = self.access.principal(request)
        who.require({PRIVACY})
        found = await self.history.complaint_of(name)
        events = await self.history.events(found) if found else []
        if not found or not events:
            raise ProblemError(404, "not_found")
        await self.reading.copied(events, who, now())
        return copy_of(found, events)


def router(views: Views) -> APIRouter:
    """The route."""
    routes = APIRouter(tags=["notify"])
    routes.add_api_route("/v1/complaints/{name}/copy", Copies(views).copy)
    return routes
