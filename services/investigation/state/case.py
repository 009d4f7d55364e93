"""The case: the claim, the plan, the evidence, what was found and proposed."""

from datetime import datetime
from typing import Any, Self

from pydantic import Field

from shared.decider import State, due
from shared.envelope import Envelope
from shared.events.base import Category, DueItem, Model
from shared.events.investigation import ClaimedFacts, Evidence, PointFinding, RootCause

COLLECT = "collect"
Details = dict[str, str | int | bool | None]


class Owner(Model):
    """Whose case it is, and at which level."""

    level: int
    assignee: str
    category: Category
    language: str | None = None


class InvestigationState(State):
    """`moved` is the last event that a person must have seen before asking for anything.

    `level` 0: not started; `ended`: the highest level that is over. `evidence` holds the latest
    piece of each source, and a person's pieces by their id. `attempts` and `missing` are of the
    present round, `task` to `proposal` of the present level. `fix` is the problem that was mended.
    `found` is what a person noted on each point. `unsettled` counts the looks in a row that left it
    open whether the transaction is there, and `sighted` tells that one found it waiting. `marks`
    are digests of the devices and addresses of the net that the evidence names.
    """

    moved: int = 0
    claim: ClaimedFacts = ClaimedFacts()
    owner: Owner | None = None
    appeal_level: int = 1
    points: tuple[str, ...] = ()
    found: dict[str, PointFinding] = Field(default_factory=dict)
    level: int = 0
    ended: int = 0
    category: Category = "other"
    assignee: str = ""
    playbook: str | None = None
    sources: tuple[str, ...] = ()
    round: int = 0
    evidence: dict[str, Evidence] = Field(default_factory=dict)
    attempts: dict[str, int] = Field(default_factory=dict)
    missing: tuple[str, ...] = ()
    task: str | None = None
    finding: str | None = None
    details: Details = Field(default_factory=dict)
    cause: RootCause | None = None
    proposal: str | None = None
    fix: str | None = None
    marks: tuple[str, ...] = ()
    unsettled: int = 0
    sighted: bool = False

    @property
    def language(self) -> str | None:
        """The language of filing, as triage read it."""
        return self.owner.language if self.owner else None

    @property
    def over(self) -> bool:
        """Whether nothing is left to investigate at the present level."""
        return self.ended >= max(self.level, 1)

    def last_awaited(self, key: str) -> bool:
        """Whether no other source still owes an answer."""
        return all(item.kind != COLLECT for item in self.due.values() if item.key != key)

    def seen(self, event: Envelope, **changes: Any) -> Self:
        """The state after an event that a person must have seen."""
        return self.model_copy(update={**changes, "moved": event.sequence})


def asked(
    event: Envelope, sources: tuple[str, ...], turn: int, at: datetime | None = None
) -> dict[str, DueItem]:
    """The questions of one round: at once, or at the time given."""
    items = (due(event, f"evidence:{s}:{turn}", COLLECT, at, source=s) for s in sources)
    return {item.key: item for item in items}
