"""The resolution service: its wires."""

from fastapi import FastAPI

from services.resolution.api import COMMANDS
from services.resolution.counting import DECIDED_AT
from services.resolution.decide import DECIDER
from services.resolution.offers import OFFERS
from services.resolution.others import FROZEN_BY
from services.resolution.work import work
from shared.pipeline import STAGES
from shared.runner.app import Service, StageParts, Wiring, service_app
from shared.settings import Settings


def parts(wiring: Wiring) -> StageParts:
    """The stage with its actions on the exchange and its staff commands."""
    return StageParts(
        STAGES["resolution"],
        DECIDER,
        work=work(wiring),
        commands=COMMANDS,
        offers=OFFERS,
        indexes=(FROZEN_BY, DECIDED_AT),
    )


SERVICE = Service("resolution", parts=(parts,))


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service as one HTTP app, configured from the environment."""
    return service_app(settings or Settings(), (SERVICE,))
