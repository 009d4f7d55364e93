"""The triage service: its wires."""

from fastapi import FastAPI

from services.triage.api import COMMANDS
from services.triage.decide import DECIDER
from services.triage.desk.api import router as cases
from services.triage.desk.listing import LIST, OF_ASSIGNEE
from services.triage.desk.page import router as queue
from services.triage.figures import backlog, figures
from services.triage.looking import ALIKE, OF_CUSTOMER, OPEN_CASES
from services.triage.offers import OFFERS
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
        offers=OFFERS,
        indexes=(OPEN_CASES, OF_CUSTOMER, ALIKE, QUEUE, LIST, OF_ASSIGNEE),
        figures=figures,
    )


SERVICE = Service("triage", parts=(parts,), routers=(router, cases, queue), listeners=(backlog,))


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service as one HTTP app, configured from the environment."""
    return service_app(settings or Settings(), (SERVICE,))
