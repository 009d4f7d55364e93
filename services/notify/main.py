"""The notify service: its wires."""

from fastapi import FastAPI

from services.notify.commands import COMMANDS
from services.notify.decide import DECIDER
from services.notify.figures.counting import figures
from services.notify.history import INDEXES
from services.notify.outward.delivery import delivering
from services.notify.reading.commands import OFFERS
from services.notify.routes import router
from services.notify.work import work
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
        offers=OFFERS,
        history=True,
        history_indexes=INDEXES,
        figures=figures(wiring),
    )


SERVICE = Service("notify", parts=(parts,), routers=(router,), listeners=(delivering,))


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service's app."""
    return service_app(settings or Settings(), (SERVICE,))
