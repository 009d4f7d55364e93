"""The intake service: the stages intake and verification, and the customers' door."""

from fastapi import FastAPI

from services.intake.api import router
from services.intake.decide import DECIDER
from services.intake.verification.parts import parts as verification
from shared.pipeline import STAGES
from shared.runner.app import Service, StageParts, Wiring, service_app
from shared.settings import Settings


def parts(_: Wiring) -> StageParts:
    """The intake stage."""
    return StageParts(STAGES["intake"], DECIDER)


SERVICE = Service("intake", parts=(parts, verification), routers=(router,))


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service as one application."""
    return service_app(settings or Settings(), (SERVICE,))
