"""Notify: one stage, the pages, and what programs ask."""

from fastapi import APIRouter, FastAPI

from services.notify import advice, api, live, pages, sign_in
from services.notify.commands import COMMANDS
from services.notify.decide import DECIDER
from services.notify.figures.counting import figures
from services.notify.history import INDEXES
from services.notify.views import Views
from services.notify.work import work
from shared.pages import assets
from shared.pipeline import STAGES
from shared.runner.app import Service, StageParts, Wiring, service_app
from shared.settings import Settings


def parts(wiring: Wiring) -> StageParts:
    """The stage; references are looked up in its documents."""
    return StageParts(
        STAGES["notify"],
        DECIDER,
        work=work(wiring),
        commands=COMMANDS,
        history=True,
        history_indexes=INDEXES,
        figures=figures(wiring),
    )


def router(wiring: Wiring) -> APIRouter:
    """Every route of the service."""
    routes, views = APIRouter(), Views.of(wiring)
    for own in (api.router(views), pages.router(views), sign_in.router(views), assets.router()):
        routes.include_router(own)
    routes.include_router(advice.router(wiring))
    routes.include_router(live.router(wiring, views))
    return routes


SERVICE = Service("notify", parts=(parts,), routers=(router,))


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service's app."""
    return service_app(settings or Settings(), (SERVICE,))
