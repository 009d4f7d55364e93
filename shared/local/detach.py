"""Work that goes on in a process of its own after the command that started it has ended."""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from shared.errors import UsageError
from shared.local.progress import Report

Work = Callable[[Report, Callable[[], None]], None]  # takes a report and what to call when ready


def detached(work: Work, log: Path, report: Report) -> None:
    """Run `work` in a new session; return when it is ready, raise its UsageError.

    Ctrl-C before that ends it in order. Call before any thread is started: it forks.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        _child(work, log, writer)
    os.close(writer)
    try:
        _follow(reader, report, log)
    except KeyboardInterrupt:
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)
        raise


def _follow(reader: int, report: Report, log: Path) -> None:
    with os.fdopen(reader, encoding="utf-8") as lines:
        for line in lines:
            kind, *values = json.loads(line)
            if kind == "ready":
                return
            if kind == "error":
                raise UsageError(*values)
            report(*values)
    raise UsageError(f"the start broke off: see {log}")


def _child(work: Work, log: Path, writer: int) -> None:
    """Never returns."""
    status = 1
    try:
        os.setsid()
        _redirect(log)
        tell = _Teller(writer)
        try:
            work(lambda *values: tell("step", *values), lambda: tell("ready"))
        except UsageError as error:
            tell("error", str(error))
        status = 0
    except KeyboardInterrupt:
        status = 130
    finally:
        sys.stderr.flush()
        os._exit(status)


def _redirect(log: Path) -> None:
    with log.open("ab") as out, Path(os.devnull).open("rb") as nothing:
        for source, target in (nothing, 0), (out, 1), (out, 2):
            os.dup2(source.fileno(), target)


class _Teller:
    def __init__(self, writer: int) -> None:
        self._out = os.fdopen(writer, "w", encoding="utf-8")

    def __call__(self, *message: object) -> None:
        try:
            self._out.write(json.dumps(message) + "\n")
            self._out.flush()
        except OSError:  # whoever waited is gone; the work goes on
            return
