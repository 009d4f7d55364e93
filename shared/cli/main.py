"""The `redress` command: loads the one module that a command lives in."""

import importlib
import logging
import os
import sys

import typer

from shared.errors import RedressError, TransientError, UsageError

COMMANDS = {
    "up": "shared.cli.local",
    "down": "shared.cli.local",
    "status": "shared.cli.local",
    "serve": "shared.cli.serve",
    "topics": "shared.cli.serve",
    "submit": "shared.cli.complaints",
    "show": "shared.cli.complaints",
    "tail": "shared.cli.tail",
    "token": "shared.cli.complaints",
    "dead-letters": "shared.cli.dead_letters",
    "audit": "shared.cli.audit",
    "classify": "services.triage.cli",
    "playbook": "services.investigation.cli",
}


def build(arguments: list[str]) -> typer.Typer:
    """Make the app with the command that is asked for, or with all of them for the help page."""
    app = typer.Typer(
        name="redress",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        help="Carries a complaint about a crypto exchange to a decision the customer accepts.\n\n"
        "Start with: [bold]redress up[/bold]",
    )
    app.callback()(lambda: None)
    wanted = COMMANDS.get(arguments[0] if arguments else "")
    for name in [wanted] if wanted else dict.fromkeys(COMMANDS.values()):
        importlib.import_module(name).register(app)
    return app


def main() -> None:
    """Run the command line. Exit codes: 0 ok, 1 the check failed, 2 usage, 130 interrupted."""
    # Libraries speak through our errors; `serve` sets up its own log.
    logging.getLogger().addHandler(logging.NullHandler())
    try:
        build(sys.argv[1:])(prog_name="redress")
    except (UsageError, TransientError, RedressError) as error:
        sys.stderr.write(f"redress: {error}\n")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader has gone; what Python would still flush must not raise again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


if __name__ == "__main__":
    main()
