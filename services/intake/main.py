"""The intake service: the stages intake and verification, and the customers' door."""

from fastapi import FastAPI

from services.intake.api import router
from services.intake.aside.sweeping import sweeper as aside
from services.intake.attachments.wired import work as scans
from services.intake.channels.api import router as channels
from services.intake.channels.call_page import router as calls
from services.intake.chat.api import router as chat
from services.intake.chat.sweeping import sweeper as chats
from services.intake.complain.page import router as form
from services.intake.decide import DECIDER
from services.intake.downloads import router as downloads
from services.intake.linking.api import COMMANDS
from services.intake.linking.work import work as linking
from services.intake.mail.listener import mail
from services.intake.offers import INTAKE
from services.intake.verification.parts import parts as verification
from shared.pipeline import STAGES
from shared.runner.app import Service, StageParts, Wiring, service_app
from shared.settings import Settings


def parts(wiring: Wiring) -> StageParts:
    """The intake stage."""
    owed = {**linking(wiring), **scans(wiring)}
    return StageParts(STAGES["intake"], DECIDER, work=owed, commands=COMMANDS, offers=INTAKE)


# Both stages have staff commands; the case is shown as verification knows it, which says more.
ROUTERS = (router, downloads, form, chat, channels, calls)
SERVICE = Service(
    "intake", parts=(verification, parts), routers=ROUTERS, listeners=(mail, chats, aside)
)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service as one application."""
    return service_app(settings or Settings(), (SERVICE,))
