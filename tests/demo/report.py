"""What the demo shows: progress while it runs, a table at the end."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from shared.envelope import Envelope
from tests.demo.people import Submitted
from tests.demo.watch import MILESTONES, Watch

STEPS = {
    "redress.complaint-received.v1": "received",
    "redress.case-assigned.v1": "assigned",
    "redress.decision-made.v1": "decided",
    "redress.case-closed.v1": "closed",
}


def progress(console: Console) -> Progress:
    """A bar per milestone."""
    return Progress(
        TextColumn("{task.description:>10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )


class Bars:
    """Counts complaints, each milestone once."""

    def __init__(self, shown: Progress, console: Console, total: int) -> None:
        self.shown = shown
        self.console = console
        self.tasks = {name: shown.add_task(text, total=total) for name, text in STEPS.items()}
        self.counted: set[tuple[str, str]] = set()

    def hear(self, envelope: Envelope) -> None:
        """Move a bar."""
        place = (envelope.type, envelope.subject)
        if envelope.type not in self.tasks or place in self.counted:
            return
        self.counted.add(place)
        self.shown.advance(self.tasks[envelope.type])
        if not self.console.is_terminal:
            done = sum(name == envelope.type for name, _ in self.counted)
            if done % 5 == 0:
                self.console.print(f"  {STEPS[envelope.type]}: {done}")


def table(made: Sequence[Submitted], watch: Watch) -> Table:
    """One row a complaint."""
    shown = Table(title="What became of them", header_style="bold")
    for name in ("complaint", "lang", "category", "prio", "result"):
        shown.add_column(name, overflow="fold")
    for stage, _ in MILESTONES:
        shown.add_column(f"{stage[:6]} s", justify="right")
    for one in made:
        track = watch.tracks[one.id]
        classified, took = track.last("case-classified"), track.seconds()
        shown.add_row(
            one.reference,
            classified.language if classified else "?",
            classified.category if classified else "?",
            classified.priority if classified else "?",
            result(one, watch),
            *(f"{took[stage]:.1f}" if stage in took else "-" for stage, _ in MILESTONES),
        )
    return shown


def result(one: Submitted, watch: Watch) -> str:
    """The outcome in a few words, from the events."""
    track = watch.tracks[one.id]
    decision, said = track.last("decision-made"), list(one.notes)
    done = dict.fromkeys(f"{e.data.action} done" for e in track.of("effect-verified"))
    ended = track.last("decision-confirmed")
    how = f"confirmed by {ended.by}" if ended else "open"
    outcome = f"{decision.outcome}: {decision.finding}" if decision else "no decision"
    return "; ".join([*said, *done, outcome, how])
