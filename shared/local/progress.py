"""How the steps of a start are told: to nobody, in plain lines, or as a bar on a terminal."""

import contextlib
from collections.abc import Iterator
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


class Report(Protocol):
    """Takes the next step (None: still the same one) and the part of it that is done, if known."""

    def __call__(self, step: str | None, done: float | None = None, /) -> None:
        """Tell it."""


def quiet(_step: str | None, _done: float | None = None) -> None:
    """Tell nobody."""


@contextlib.contextmanager
def told(console: Console) -> Iterator[Report]:
    """A progress bar on a terminal, else one plain line per step; nothing runs before the first."""
    if not console.is_terminal:
        yield _Lines(console)
        return
    bars = _Bars(console)
    try:
        yield bars
        bars.finish()
    finally:
        bars.close()


class _Lines:
    def __init__(self, console: Console) -> None:
        self._console = console

    def __call__(self, step: str | None, _done: float | None = None) -> None:
        if step:
            self._console.print(step, highlight=False)


class _Bars:
    def __init__(self, console: Console) -> None:
        columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn()
        self._progress = Progress(*columns, TimeElapsedColumn(), console=console)

    def __call__(self, step: str | None, done: float | None = None) -> None:
        self._progress.start()
        if step:
            self.finish()
            self._progress.add_task(step, total=None)
        newest = self._progress.task_ids[-1]
        self._progress.update(newest, total=None if done is None else 1.0, completed=done or 0.0)

    def close(self) -> None:
        """Leave the terminal as it was."""
        self._progress.stop()

    def finish(self) -> None:
        """Fill the last bar."""
        for task in self._progress.task_ids[-1:]:
            self._progress.update(task, total=1.0, completed=1.0)
