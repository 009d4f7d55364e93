"""The intake service: the stages intake and verification, and the customers' door."""

from fastapi import FastAPI

from services.intake.api import router
from services.intake.aside.sweeping import sweeper as aside
from services.intake.channels.api import router as channels
from services.intake.channels.call_page import router as calls
from services.intake.chat.api import router as chat
from services.intake.chat.sweeping import sweeper as chats
from services.intake.complain.page import router as form
from services.intake.downloads import router as downloads
from services.intake.mail.listener import mail
from services.intake.parts import parts
from services.intake.persons.api import router as persons
from services.intake.persons.filling import filler
from services.intake.verification.parts import parts as verification
from shared.runner.app import Service, service_app
from shared.settings import Settings

# Both stages have staff commands; the case is shown as verification knows it, which says more.
ROUTERS = (router, downloads, form, chat, channels, calls, persons)
SERVICE = Service(
    "intake", parts=(verification, parts), routers=ROUTERS, listeners=(mail, chats, aside, filler)
)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service as one application."""
    return service_app(settings or Settings(), (SERVICE,))
