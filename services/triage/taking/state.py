"""What a case knows of who may have it: where it waits, for how long it is lent, who must not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from pydantic import AwareDatetime

from shared.decider import EvolveRule, State, due
from shared.envelope import Envelope
from shared.events.base import Event, Model
from shared.events.triage import ConflictDeclared, LeaseExpired, LeaseKept, LeaseTaken

LEASE = "lease:"
OFFERED = "offered"
MERGED = "merged"


class Lease(Model):
    """Who has the case until when, unless they act on it."""

    assignee: str
    until: AwareDatetime


class Taken(State):
    """The part of triage's state that says whose a case may become.

    `queue` is where it waits while nobody is free (team:level), OFFERED while somebody is looked
    for, MERGED while it waits for the case `merged_into`. `declined` are those who let a lease of
    this level run out, `conflicted` those who must never have the case.
    """

    level: int = 1
    assignee: str | None = None
    open: bool = False
    queue: str | None = None
    merged_into: str | None = None
    lease: Lease | None = None
    declined: tuple[str, ...] = ()
    conflicted: tuple[str, ...] = ()

    @property
    def waiting(self) -> bool:
        """Whether nobody is free for it, so that whoever asks may take it."""
        return self.queue not in {None, OFFERED, MERGED}


S = TypeVar("S", bound=Taken)


def offered(state: S, event: Envelope) -> S:
    """Nobody has the case, and somebody is looked for at once, unless it waits for another."""
    if state.merged_into:
        return state.model_copy(update={"queue": MERGED})
    return seeking(state.model_copy(update={"queue": OFFERED}), event)


def seeking(state: S, event: Envelope, at: datetime | None = None) -> S:
    """Somebody is looked for at the present level."""
    level = str(state.level)
    item = due(event, f"assign:{level}", "find_assignee", at, level=level)
    return state.model_copy(update={"due": state.owing(item)})


def queue_of(team: str, level: int) -> str:
    """Where a case waits that nobody is free for."""
    return f"{team}:{level}"


def on_lease_taken(state: Taken, data: LeaseTaken, event: Envelope) -> Taken:
    """The case was assigned for a while; its timer runs."""
    timer = due(event, _key(data.level), "timer", data.until)
    lease = Lease(assignee=data.assignee, until=data.until)
    return state.model_copy(update={"lease": lease, "due": state.owing(timer)})


def on_lease_kept(state: Taken, data: LeaseKept, event: Envelope) -> Taken:
    """The case is theirs for good."""
    return state.model_copy(update=without_lease(state))


def on_lease_expired(state: Taken, data: LeaseExpired, event: Envelope) -> Taken:
    """The case is nobody's; whoever let it lie is the last to be asked again."""
    declined = (*state.declined, data.assignee)
    return released(state, event, declined=declined)


def on_conflict_declared(state: Taken, data: ConflictDeclared, event: Envelope) -> Taken:
    """They never have it again; if it was theirs it is nobody's now."""
    conflicted = (*state.conflicted, data.staff)
    if state.assignee != data.staff:
        return state.model_copy(update={"conflicted": conflicted})
    return released(state, event, conflicted=conflicted)


def released(state: S, event: Envelope, **changes: Any) -> S:
    """The case is nobody's: somebody is looked for."""
    changes |= {"assignee": None, "open": False, "moved": event.sequence, **without_lease(state)}
    return offered(state.model_copy(update=changes), event)


def without_lease(state: Taken) -> dict[str, Any]:
    """What changes when a lease ends."""
    return {"lease": None, "due": state.without(_key(state.level))}


def _key(level: int) -> str:
    return f"{LEASE}{level}"


EVOLVE: Mapping[type[Event], EvolveRule] = {
    LeaseTaken: on_lease_taken,
    LeaseKept: on_lease_kept,
    LeaseExpired: on_lease_expired,
    ConflictDeclared: on_conflict_declared,
}
