"""The investigation service: its wires."""

from fastapi import FastAPI

from services.investigation.api import COMMANDS
from services.investigation.checks.api import router
from services.investigation.decide import DECIDER
from services.investigation.drafts import router as drafts
from services.investigation.offers import OFFERS
from services.investigation.precedents import SAME_FINDING
from services.investigation.similar import SAME_ADDRESS, SAME_MARK
from services.investigation.similar import router as similar
from services.investigation.suggestions import SAME_PRODUCT
from services.investigation.suggestions import router as suggestions
from services.investigation.work import work
from shared.pipeline import STAGES
from shared.runner.app import Service, StageParts, Wiring, service_app
from shared.settings import Settings

SAME_TRANSACTION = ("state.claim.txid",)


def parts(wiring: Wiring) -> StageParts:
    """The stage with its work, its staff commands and the index that finds twin complaints."""
    return StageParts(
        STAGES["investigation"],
        DECIDER,
        work=work(wiring),
        commands=COMMANDS,
        offers=OFFERS,
        indexes=(SAME_TRANSACTION, SAME_ADDRESS, SAME_MARK, SAME_PRODUCT, SAME_FINDING),
    )


SERVICE = Service("investigation", parts=(parts,), routers=(router, similar, drafts, suggestions))


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service as one HTTP app, configured from the environment."""
    return service_app(settings or Settings(), (SERVICE,))
