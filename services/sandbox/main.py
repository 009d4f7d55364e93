"""The sandbox's wires."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.sandbox import faults, mails
from services.sandbox.access import BearerGuard
from services.sandbox.database import opened
from services.sandbox.problems import answer_problems
from services.sandbox.routes import ROUTERS
from services.sandbox.settings import Settings


def create_app() -> FastAPI:
    """The exchange and the chain of the sandbox, as one application."""
    settings = Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with (
            opened(settings.mongo) as data,
            mails.receiving(data, settings.sandbox_smtp_port),
        ):
            app.state.database = data
            yield

    app = FastAPI(title="Redress sandbox", lifespan=lifespan)
    app.state.faults = faults.Faults()
    app.add_middleware(faults.FaultSwitch, faults=app.state.faults)
    app.add_middleware(BearerGuard, token=settings.exchange_token.get_secret_value())
    answer_problems(app)
    for router in ROUTERS:
        app.include_router(router)
    return app
