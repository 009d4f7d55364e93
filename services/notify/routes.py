"""Notify's routes: the pages, and what programs ask."""

from fastapi import APIRouter

from services.notify import advice, api, live, pages, sign_in
from services.notify.views import Views
from shared.pages import assets
from shared.runner.app import Wiring


def router(wiring: Wiring) -> APIRouter:
    """Every route of the service."""
    routes, views = APIRouter(), Views.of(wiring)
    for own in (api.router(views), pages.router(views), sign_in.router(views), assets.router()):
        routes.include_router(own)
    routes.include_router(advice.router(wiring))
    routes.include_router(live.router(wiring, views))
    return routes
