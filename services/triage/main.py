"""The triage service: its wires."""

from fastapi import FastAPI

from services.triage.api import COMMANDS
from services.triage.decide import DECIDER
from services.triage.figures import backlog, figures
from services.triage.looking import ALIKE, OF_CUSTOMER, OPEN_CASES
from services.triage.rules import language
from services.triage.taking.api import router
from services.triage.taking.waiting import QUEUE
from services.triage.work import work
from shared.pipeline import STAGES
from shared.runner.app import Service, StageParts, Wiring, service_app
from shared.settings import Settings


def parts(wiring: Wiring) -> StageParts:
    """The stage with its work, its staff commands and the indexes that looking around needs."""
    language.model()
    return StageParts(
        STAGES["triage"],
        DECIDER,
        work=work(wiring),
        commands=COMMANDS,
        indexes=(OPEN_CASES, OF_CUSTOMER, ALIKE, QUEUE),
        figures=figures,
    )


SERVICE = Service("triage", parts=(parts,), routers=(router,), listeners=(backlog,))


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service as one HTTP app, configured from the environment."""
    return service_app(settings or Settings(), (SERVICE,))
