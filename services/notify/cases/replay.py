"""The page on which a case is replayed: what was known after each of its events."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.notify.access import now
from services.notify.cases.chains import chains
from services.notify.cases.view import case_view
from services.notify.history import LONGEST
from services.notify.html import page, words
from services.notify.timeline import in_order
from services.notify.views import Views
from shared.pages.languages import FALLBACK
from shared.pages.staff import ask
from shared.reference import reference_of

MOST = 1_000_000


class ReplayPages:
    """Cases of the past before a browser."""

    def __init__(self, views: Views) -> None:
        self.access = views.access
        self.history = views.history
        self.reading = views.reading

    async def show(
        self, request: Request, name: str, n: Annotated[int, Query(ge=0, le=MOST)] = 0
    ) -> Response:
        """The case after its first `n` events, or after all; to a script that piece alone."""
        who = self.access.reader(request)
        if who is None:
            return ask(f"/cases/{name}")
        found = await self.history.complaint_of(name)
        kept = await self.history.kept(found) if found else []
        if not found or not kept:
            return page("nothing", 404, words=words(FALLBACK), language=FALLBACK)
        every = in_order([event for event, _ in kept])
        reads = await self.reading.kept(every, who, now())
        number = min(n or len(every), len(every))
        so_far = every[:number]
        return page(
            "_replayed" if "hx-request" in request.headers else "replay",
            case=found,
            reference=reference_of(found),
            reader=who,
            reads=reads,
            n=number,
            count=len(every),
            last=so_far[-1],
            chains=chains(kept, so_far, whole=len(kept) < LONGEST),
            view=case_view(so_far, reads=reads),
        )


def router(views: Views) -> APIRouter:
    """The route of the page."""
    routes, pages = APIRouter(include_in_schema=False), ReplayPages(views)
    routes.add_api_route("/cases/{name}/replay", pages.show)
    return routes
