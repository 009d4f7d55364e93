"""The `redress` command: loads the one module that a command lives in."""

import importlib
import logging
import os
import sys
from collections.abc import Sequence

import typer

from shared.errors import RedressError

COMMANDS = {
    "up": "shared.cli.local",
    "down": "shared.cli.local",
    "status": "shared.cli.local",
    "serve": "shared.cli.serve",
    "topics": "shared.cli.serve",
    "indexes": "shared.cli.indexes",
    "submit": "shared.cli.complaints",
    "show": "shared.cli.complaints",
    "tail": "shared.cli.tail",
    "token": "shared.cli.complaints",
    "api-keys": "shared.cli.api_keys",
    "keys": "shared.cli.keys",
    "staff": "shared.cli.staff",
    "privacy": "shared.cli.privacy",
    "dead-letters": "shared.cli.dead_letters",
    "doctor": "shared.cli.doctor",
    "restore": "shared.cli.restore",
    "audit": "shared.cli.audit",
    "report": "shared.cli.report",
    "register": "shared.cli.register",
    "mail": "services.intake.mail.cli",
    "set-aside": "services.intake.aside.cli",
    "classify": "services.triage.cli",
    "labels": "services.triage.labels.cli",
    "policy": "services.triage.dry_run.cli",
    "playbook": "services.investigation.cli",
    "webhooks": "services.notify.outward.cli",
    "problem": "services.triage.problems.cli",
}


def build(arguments: Sequence[str]) -> typer.Typer:
    """Make the app with the command that is asked for, or with all of them for the help page."""
    app = typer.Typer(
        name="redress",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        help="Carries a complaint about a crypto exchange to a decision the customer accepts.\n\n"
        "Example: [bold]redress up[/bold]",
    )
    app.callback()(lambda: None)
    wanted = COMMANDS.get(arguments[0] if arguments else "")
    for name in [wanted] if wanted else dict.fromkeys(COMMANDS.values()):
        importlib.import_module(name).register(app)
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line. Exit codes: 0 ok, 1 the check failed, 2 usage, 130 interrupted."""
    # Libraries speak through our errors; `serve` sets up its own log.
    logging.getLogger().addHandler(logging.NullHandler())
    try:
        _run(sys.argv[1:] if arguments is None else arguments)
    except typer.Exit as end:
        sys.exit(end.exit_code)
    except (RedressError, typer.TyperException) as error:
        # A group without a command has said its help, and has no message.
        if message := " ".join(_message(error).split()):
            sys.stderr.write(f"redress: {message}\n")
        sys.exit(2)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
    except BrokenPipeError:
        # The reader has gone; what Python would still flush must not raise again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _run(arguments: Sequence[str]) -> None:
    # The command's own `main` would print boxes and give a broken pipe the exit code 1.
    command = typer.main.get_command(build(arguments))
    try:
        with command.make_context("redress", list(arguments)) as context:
            command.invoke(context)
    finally:
        sys.stdout.flush()


def _message(error: Exception) -> str:
    return error.format_message() if isinstance(error, typer.TyperException) else str(error)


if __name__ == "__main__":
    main()
