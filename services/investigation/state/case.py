"""The case: the claim, the plan, the evidence, what was found and proposed."""

from datetime import datetime
from typing import Any, Self

from pydantic import AwareDatetime, Field

from shared.decider import State, due
from shared.envelope import Envelope
from shared.events.base import Category, DueItem, Model
from shared.events.investigation import (
    ClaimedFacts,
    Evidence,
    PointFinding,
    ProposalDrafted,
    RootCause,
)

COLLECT, PRECEDENT = "collect", "precedent"
Details = dict[str, str | int | bool | None]


class Owner(Model):
    """Whose case it is, at which level, and the matters it raises where there are several."""

    level: int
    assignee: str
    category: Category
    language: str | None = None
    points: tuple[Category, ...] = ()


class Stands(Model):
    """What the case's proposal answered to which finding, as others are compared with it."""

    about: str
    answer: str
    at: AwareDatetime


class InvestigationState(State):
    """`moved` is the last event that a person must have seen before asking for anything.

    `level` 0: not started; `ended`: the highest level that is over. `evidence` holds the latest
    piece of each source, and a person's pieces by their id. `attempts` and `missing` are of the
    present round, `task` to `proposal` of the present level, `advised` the playbook's remedy.
    `fix` is the problem that was mended.
    `draft` is compared with other cases before it is proposed, `stands` is what was proposed last,
    unless it was taken back or differed for a reason: a precedent. `found` is what a person noted
    on each point. `unsettled` counts the looks in a row that left it
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
    advised: str | None = None
    cause: RootCause | None = None
    proposal: str | None = None
    draft: ProposalDrafted | None = None
    stands: Stands | None = None
    fix: str | None = None
    marks: tuple[str, ...] = ()
    unsettled: int = 0
    sighted: bool = False

    @property
    def language(self) -> str | None:
        """The language of filing, as triage read it."""
        return self.owner.language if self.owner else None

    @property
    def raised(self) -> tuple[str, ...]:
        """What a decision must answer one by one: an appeal's points, else the complaint's."""
        return self.points or (self.owner.points if self.owner else ())

    @property
    def over(self) -> bool:
        """Whether nothing is left to investigate at the present level."""
        return self.ended >= max(self.level, 1)

    @property
    def proposing(self) -> bool:
        """Whether a proposal stands or is about to."""
        return self.proposal is not None or self.draft is not None

    def undrafted(self) -> Self:
        """The case without its draft, and without what was taken back as a precedent."""
        looks = (key for key, item in self.due.items() if item.kind == PRECEDENT)
        stands = None if self.proposal else self.stands
        return self.model_copy(
            update={"draft": None, "stands": stands, "due": self.without(*looks)}
        )

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
