"""The intake stage: its rules, its outside work, what staff may ask of it."""

from services.intake.attachments.wired import work as scans
from services.intake.decide import DECIDER
from services.intake.erasing.api import COMMANDS as ERASING
from services.intake.erasing.work import work as erasing
from services.intake.linking.api import COMMANDS as LINKING
from services.intake.linking.work import work as linking
from services.intake.offers import INTAKE
from services.intake.onward.work import work as onward
from shared.pipeline import STAGES
from shared.runner.app import StageParts, Wiring


def parts(wiring: Wiring) -> StageParts:
    """The stage with all that it owes."""
    return StageParts(
        STAGES["intake"],
        DECIDER,
        work={**linking(wiring), **scans(wiring), **onward(wiring), **erasing(wiring)},
        commands={**LINKING, **ERASING},
        offers=INTAKE,
    )
