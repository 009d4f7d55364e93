"""The verification stage as its service runs it."""

from services.intake.offers import VERIFICATION
from services.intake.verification.accounts import INDEXES
from services.intake.verification.api import COMMANDS
from services.intake.verification.decide import DECIDER
from services.intake.verification.work import work
from shared.pipeline import STAGES
from shared.runner.app import StageParts, Wiring


def parts(wiring: Wiring) -> StageParts:
    """The stage's rules, outside work and staff commands."""
    return StageParts(
        STAGES["verification"],
        DECIDER,
        work=work(wiring),
        commands=COMMANDS,
        offers=VERIFICATION,
        indexes=INDEXES,
    )
