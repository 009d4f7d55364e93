"""`redress serve` (what a container runs) and `redress topics`."""

import asyncio
import importlib
import signal
import sys
from enum import StrEnum
from typing import Annotated, Any

import typer
import uvicorn

from shared.cli import installation as installed
from shared.cli.installation import installation
from shared.errors import UsageError
from shared.events.base import Lane
from shared.http.protocol import ProblemProtocol
from shared.log import configure, on_signals
from shared.pipeline import SERVICES, topics
from shared.runner.app import service_app
from shared.runner.partitions import create_topics, partition_counts
from shared.settings import Settings

OTHERS = {
    "sandbox": "services.sandbox.main",
    "gateway": "shared.local.gateway",
    "ledger": "shared.audit.ledger.app",
}


class Lanes(StrEnum):
    """Which lanes a process consumes."""

    NORMAL = "normal"
    EXPRESS = "express"
    ALL = "all"


LANES_OF: dict[Lanes, tuple[Lane, ...]] = {
    Lanes.NORMAL: ("normal",),
    Lanes.EXPRESS: ("express",),
    Lanes.ALL: ("normal", "express"),
}


def serve(
    services: Annotated[list[str], typer.Argument(help=f"{', '.join(SERVICES)}, ledger, or all")],
    lane: Annotated[Lanes, typer.Option(help="the lane to consume")] = Lanes.NORMAL,
) -> None:
    """Run services in this process.

    Settings come from the environment (REDRESS_…).

    Example: redress serve triage --lane normal
    """
    settings = installed.settings()
    app = _app(services, lane, settings)
    configure(settings.log_level, "+".join(services))
    on_signals(settings.log_level)
    # uvicorn raises the signal again when it has stopped in order; that must not look like a crash.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        http=ProblemProtocol,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=5,
        h11_max_incomplete_event_size=16 * 1024,
        server_header=False,
        proxy_headers=False,  # the gate reads them, from trusted proxies alone
        lifespan="on",
    )


def _app(names: list[str], lane: Lanes, settings: Settings) -> Any:
    if len(names) == 1 and names[0] in OTHERS:
        return importlib.import_module(OTHERS[names[0]]).create_app()
    chosen = SERVICES if names == ["all"] else tuple(names)
    if unknown := sorted(set(chosen) - set(SERVICES)):
        raise UsageError(f"{len(unknown)} unknown services; choose of {', '.join(SERVICES)} or all")
    found = [importlib.import_module(f"services.{name}.main").SERVICE for name in chosen]
    return service_app(settings, found, LANES_OF[lane])


TOPICS_HELP = "The topics, from the stage table.\n\nExample: redress topics check"
topics_app = typer.Typer(no_args_is_help=True, help=TOPICS_HELP)


@topics_app.command("create")
def create() -> None:
    """Create the topics that are missing; a second time changes nothing.

    Example: REDRESS_KAFKA=localhost:9092 redress topics create
    """
    settings, servers = installed.settings(), installation("kafka").kafka
    made = asyncio.run(create_topics(servers, settings.partitions, settings.replication))
    typer.echo(f"{len(made)} topics created, {len(topics()) + 1 - len(made)} were there")


@topics_app.command("check")
def check() -> None:
    """Check that every topic is there with one partition count; exit 1 if not.

    Example: redress topics check
    """
    counts = asyncio.run(partition_counts(installation("kafka").kafka))
    missing = [name for name in topics() if name not in counts]
    for name in missing:
        typer.echo(f"missing: {name}")
    if len(set(counts.values())) > 1:
        typer.echo("the partition counts differ")
    if missing or len(set(counts.values())) > 1:
        raise typer.Exit(1)
    typer.echo(f"{len(counts)} topics, {max(counts.values())} partitions each")


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(serve)
    app.add_typer(topics_app, name="topics")
