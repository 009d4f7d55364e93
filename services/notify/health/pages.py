"""The page of health and lag; without scripts a reload shows what is new."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from services.notify.access import now
from services.notify.health.standings import Standings
from services.notify.html import page
from services.notify.views import Views
from shared.errors import TransientError
from shared.http.sessions import REFRESH
from shared.pages.staff import ask


class HealthPages:
    """What every visitor of this process shares."""

    def __init__(self, views: Views) -> None:
        self.access = views.access
        self.standings = Standings(views.access.settings.kafka)

    async def show(self, request: Request) -> Response:
        """Every stage; to a script the numbers alone."""
        if not self.access.sees_board(request):
            return ask(request.url.path, refresh=REFRESH in request.headers)
        try:
            health = await self.standings.health(now())
        except TransientError:
            health = None
        template = "_health_numbers" if "hx-request" in request.headers else "health"
        return page(template, health=health, reader=self.access.reader(request))


def router(views: Views) -> APIRouter:
    """The route of the page."""
    routes, pages = APIRouter(include_in_schema=False), HealthPages(views)
    routes.add_api_route("/health", pages.show)
    return routes
