"""The commands up, down and status over stand-ins for the services: `local_cli.py COMMAND`."""

import os
import sys
from pathlib import Path

import typer

from shared.cli import local
from shared.errors import UsageError
from shared.local.stack import Options

FAKE = sys.executable, str(Path(__file__).with_name("fake_redress.py"))


def start(detach: bool = False, port: int = 0) -> None:
    options = Options(
        port=port,
        kafka=os.environ.get("REDRESS_KAFKA", ""),
        mongo=os.environ.get("REDRESS_MONGO", ""),
        redress=FAKE,
    )
    local.bring_up(options, detach=detach)


def main() -> None:
    app = typer.Typer()
    local.register(app)
    app.command("start")(start)
    try:
        app()
    except UsageError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
