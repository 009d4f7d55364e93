"""The table: every stage, what it reads, emits and takes; all names are derived from it."""

import inspect
from dataclasses import dataclass
from types import ModuleType
from typing import TypeVar

from shared.events import intake, investigation, notify, resolution, triage, verification
from shared.events.base import Event, Input, Lane

T = TypeVar("T")
LANES: tuple[Lane, ...] = ("normal", "express")
CHECKPOINTS = "complaints.ledger.checkpoints"  # one partition; no stage reads it


@dataclass(frozen=True)
class Stage:
    """One row: `service` is the process it runs in, `reads` the stages whose events it wants.

    `gather_ms` is how long normal records may wait for others to come with them, where no person
    waits for the stage: a batch of one costs nearly as much as a batch of fifty.
    """

    name: str
    service: str
    does: str
    events: ModuleType
    reads: tuple[str, ...]
    gather_ms: int = 0

    @property
    def package(self) -> str:
        """The import path of the stage's rules."""
        return ".".join(("services", self.service, *([self.name][self.name == self.service :])))

    @property
    def emits(self) -> tuple[type[Event], ...]:
        """The events this stage alone publishes."""
        return _models(self.events, Event)

    @property
    def takes(self) -> tuple[type[Input], ...]:
        """The inputs this stage alone accepts, beside its timers."""
        return _models(self.events, Input)

    @property
    def collection(self) -> str:
        """The MongoDB collection of the stage's documents."""
        return self.name

    def topic(self, kind: str, lane: Lane = "normal") -> str:
        """Name a topic; `kind` is events, inputs or dead-letters."""
        return f"complaints.{self.name}.{kind}" + (".express" if lane == "express" else "")

    def group(self, lane: Lane) -> str:
        """The consumer group of one lane."""
        return f"redress-{self.name}" + ("-express" if lane == "express" else "")

    def sources(self, lane: Lane) -> list[str]:
        """Every topic that a consumer of this stage and lane reads."""
        return [STAGES[name].topic("events", lane) for name in self.reads] + [
            self.topic("inputs", lane)
        ]


def _models(module: ModuleType, kind: type[T]) -> tuple[type[T], ...]:
    found = (model for _, model in inspect.getmembers(module, inspect.isclass))
    return tuple(
        model
        for model in found
        if issubclass(model, kind) and model.__module__.startswith(module.__name__)
    )


ROWS = (
    Stage(
        "intake",
        "intake",
        "receives each complaint and follow-up once",
        intake,
        reads=("resolution",),
    ),
    Stage(
        "verification",
        "intake",
        "checks identity, completeness and admissibility",
        verification,
        reads=("intake",),
    ),
    Stage(
        "triage",
        "triage",
        "sets category, priority, assignee and clocks",
        triage,
        reads=("verification", "resolution", "investigation", "notify"),
    ),
    Stage(
        "investigation",
        "investigation",
        "collects evidence, finds the cause, proposes the remedy",
        investigation,
        reads=("triage", "verification", "resolution"),
        gather_ms=200,
    ),
    Stage(
        "resolution",
        "resolution",
        "freezes, approves, acts, decides, closes, hears appeals",
        resolution,
        reads=("investigation", "triage", "intake"),
        gather_ms=200,
    ),
    Stage(
        "notify",
        "notify",
        "tells the customer, keeps the timeline, serves the pages",
        notify,
        reads=("intake", "verification", "triage", "investigation", "resolution"),
        gather_ms=200,
    ),
)
STAGES = {row.name: row for row in ROWS}
SERVICES = tuple(dict.fromkeys(row.service for row in ROWS))


def topics() -> list[str]:
    """Every topic of the installation."""
    return [
        row.topic(kind, lane)
        for row in ROWS
        for kind, lanes in (("events", LANES), ("inputs", LANES), ("dead-letters", LANES[:1]))
        for lane in lanes
    ]
