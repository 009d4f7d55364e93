"""`redress indexes`: the stages' indexes, made before a release starts."""

import asyncio
import importlib

import typer
from pydantic import SecretStr

from shared.cli import installation as installed
from shared.cli.installation import installation
from shared.pipeline import SERVICES
from shared.runner.wiring import wire
from shared.settings import Settings

HELP = "The indexes of the stages' collections.\n\nExample: redress indexes create"
indexes_app = typer.Typer(no_args_is_help=True, help=HELP)
indexes_app.callback()(lambda: None)


@indexes_app.command("create")
def create() -> None:
    """Create the indexes that are missing; a second time changes nothing.

    A service does the same when it starts, and stands unready meanwhile.

    Example: REDRESS_MONGO='mongodb://localhost/?replicaSet=rs0' redress indexes create
    """
    mongo = installation("mongo").mongo
    made = asyncio.run(_create(installed.settings().model_copy(update={"mongo": SecretStr(mongo)})))
    typer.echo(f"the indexes of {made} stages are there")


async def _create(settings: Settings) -> int:
    wiring = wire(settings)
    try:
        services = [importlib.import_module(f"services.{name}.main").SERVICE for name in SERVICES]
        parts = [make(wiring) for service in services for make in service.parts]
        for part in parts:
            await wiring.stores[part.stage.name].prepare(part.indexes, part.history_indexes)
            await wiring.inputs[part.stage.name].prepare()
    finally:
        await wiring.http.aclose()
        if (closing := wiring.client.close()) is not None:  # one of the two drivers waits
            await closing
    return len(parts)


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.add_typer(indexes_app, name="indexes")
