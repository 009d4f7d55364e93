"""`redress up`, `down` and `status`: the local installation."""

import asyncio
import contextlib
import functools
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from aiokafka.errors import KafkaError
from rich.console import Console
from rich.table import Column, Table

from shared.errors import UsageError
from shared.local import state
from shared.local.detach import detached
from shared.local.lag import lags
from shared.local.logs import last_words
from shared.local.places import state_dir
from shared.local.preflight import ELSEWHERE
from shared.local.progress import Report, told
from shared.local.stack import Options, Stack

LAG_SECONDS = 5.0
NOTHING = state.State(state.Running(None, None, "stopped", ""))
NOT_RUNNING = "Redress is not running: start it with `redress up`."
COMPLAINT = (
    '{"subject": "Bitcoin deposit missing", "description": "My 0.5 BTC deposit has not arrived."}'
)


class Policy(StrEnum):
    """The clocks and limits that a local installation offers."""

    DEFAULT = "default"
    DEMO = "demo"


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command(epilog="Example: redress up --detach")(up)
    app.command(epilog="Example: redress down")(down)
    app.command(epilog="Example: redress status --json")(status)


def up(
    detach: Annotated[bool, typer.Option("--detach", help="Go on in the background.")] = False,
    policy: Annotated[Policy, typer.Option(help="Which clocks and limits.")] = Policy.DEFAULT,
    port: Annotated[int, typer.Option(help="Of the pages; 0: a free one.", min=0, max=65535)] = 0,
) -> None:
    """Start Kafka, MongoDB, the sandbox exchange and all services on this machine.

    Servers of your own are used where REDRESS_KAFKA and REDRESS_MONGO name them.
    """
    servers = os.environ.get("REDRESS_KAFKA", ""), os.environ.get("REDRESS_MONGO", "")
    bring_up(Options(policy.value, port, *servers), detach=detach)


def bring_up(options: Options, *, detach: bool) -> None:
    """Start a stack in the state folder, unless one runs there; raises typer.Exit when ended."""
    if sys.platform != "linux":
        raise UsageError(f"`redress up` needs Linux: use `redress serve all`, and {ELSEWHERE}")
    folder, console = state_dir(), Console()
    if found := state.running(folder):
        _tell_how_to_go_on(console, found, "Redress is up already.")
        return
    work = functools.partial(_run, folder, options)
    try:
        (_in_background if detach else _in_foreground)(work, folder, console)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def down() -> None:
    """Stop what `redress up` started; the data stays."""
    console = Console()
    found = state.end(state_dir())
    console.print("Redress is down." if found else "Redress was not running.", highlight=False)


def status(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    targets: Annotated[
        bool, typer.Option("--targets", help="What Prometheus may read, for its file_sd_configs.")
    ] = False,
) -> None:
    """Show the addresses, processes and lag of the local installation; exit 1 when it is down."""
    found = state.running(state_dir())
    if targets:
        typer.echo(json.dumps(state.targets(found) if found else []))
    elif as_json:
        typer.echo(json.dumps(state.summary(found or NOTHING)))
    elif found:
        _print_tables(Console(), found)
    else:
        typer.echo(NOT_RUNNING, err=True)
    if not found:
        raise typer.Exit(1)


def _run(folder: Path, options: Options, report: Report, ready: Callable[[], None]) -> None:
    """Run a stack until SIGINT, SIGTERM or SIGHUP, which raise KeyboardInterrupt."""
    for number in signal.SIGTERM, signal.SIGHUP:
        signal.signal(number, signal.default_int_handler)
    with _writable(folder), Stack(folder, options, report):
        ready()
        while True:
            signal.pause()


@contextlib.contextmanager
def _writable(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(f"{error}: see that {folder} can be written and has room") from error


def _in_foreground(
    work: Callable[[Report, Callable[[], None]], None], folder: Path, console: Console
) -> None:
    with contextlib.ExitStack() as progress:
        report = progress.enter_context(told(console))

        def ready() -> None:
            progress.close()
            _tell_how_to_go_on(console, state.running(folder) or NOTHING, "Redress is up.")
            console.print("  or             Ctrl-C here")

        work(report, ready)


def _in_background(
    work: Callable[[Report, Callable[[], None]], None], folder: Path, console: Console
) -> None:
    with told(console) as report, _writable(folder):
        detached(work, folder / "supervisor.log", report)
    _tell_how_to_go_on(console, state.running(folder) or NOTHING, "Redress is up.")


def _tell_how_to_go_on(console: Console, found: state.State, first: str) -> None:
    lines = (
        first,
        f"  pages          {found.pages}",
        *(f"  {name:<14} {process.url}" for name, process in found.services.items()),
        f"  try            echo '{COMPLAINT}' | redress submit --file -",
        "  look           redress show ID (or the pages), redress status",
        "  stop           redress down",
    )
    console.print("\n".join(lines), highlight=False, markup=False, soft_wrap=True)


def _print_tables(console: Console, found: state.State) -> None:
    seen = state.services_seen(found)
    table = Table("process", Column("address", overflow="fold"), "pid", "ready", "last words")
    for name, process in found.processes.items():
        address = process.url or {"kafka": found.kafka, "mongo": found.mongo}.get(name, "")
        ready = seen[name]["ready"] if name in seen else process.alive
        words = last_words(Path(process.log)) if process.status == "failed" else ""
        mark = process.status if not process.alive else ("yes" if ready else "no")
        table.add_row(name, address, str(process.pid or ""), mark, words)
    console.print(table)
    console.print(f"pages: {found.pages}", highlight=False)
    if lag := _lags(found.kafka):
        console.print(_lag_table(lag))


def _lag_table(lag: dict[str, int]) -> Table:
    table = Table("consumer group", "lag")
    for group, records in lag.items():
        table.add_row(group, str(records))
    return table


def _lags(kafka: str) -> dict[str, int]:
    """Nothing when Kafka is away: the first table says that already."""
    try:
        return asyncio.run(asyncio.wait_for(lags(kafka), LAG_SECONDS))
    except (KafkaError, TimeoutError):
        return {}
