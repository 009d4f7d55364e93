"""Notify's routes: the pages, and what programs ask."""

from fastapi import APIRouter

from services.notify import advice, api, live, pages, sign_in
from services.notify.cases import pages as cases
from services.notify.cases import replay
from services.notify.copies import api as copies
from services.notify.health import pages as health
from services.notify.outward import stream
from services.notify.views import Views
from shared.pages import assets
from shared.runner.app import Wiring
from shared.runner.gate import accounts, code_flow, sessions


def router(wiring: Wiring) -> APIRouter:
    """Every route of the service."""
    routes, views = APIRouter(), Views.of(wiring)
    for module in (api, pages, cases, replay, health, copies):
        routes.include_router(module.router(views))
    routes.include_router(
        sign_in.router(views, sessions(wiring), code_flow(wiring), accounts(wiring))
    )
    routes.include_router(assets.router())
    routes.include_router(advice.router(wiring))
    routes.include_router(live.router(wiring, views))
    routes.include_router(stream.router(wiring, views))
    return routes
