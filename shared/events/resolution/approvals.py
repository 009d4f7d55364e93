"""Who agreed to a proposal."""

from typing import ClassVar

from shared.events.base import (
    Event,
    Refused,
    StaffCommand,
)
from shared.events.investigation import RemedyProposed
from shared.events.resolution.effects import Action, EffectRequested


class ApprovalSubmitted(StaffCommand):
    """A person approves or denies a proposal; never the person who proposed it."""

    event_type: ClassVar[str] = "redress.approval-submitted.v1"
    proposal_id: str
    approve: bool
    reason: str


class ProposalNoted(Event):
    """A proposal that acts on the exchange, and the effects it takes, in their order."""

    event_type: ClassVar[str] = "redress.proposal-noted.v1"
    proposal: RemedyProposed
    effects: tuple[EffectRequested, ...]


class IdentityAwaited(Event):
    """The proposal moves money or lifts a freeze, and waits for proof of whose account it is.

    `needed` and `proved` are levels of `user_id`; it goes on when the level rises.
    """

    event_type: ClassVar[str] = "redress.identity-awaited.v1"
    proposal_id: str
    action: Action
    user_id: str
    needed: str
    proved: str
    reason: str


class ApprovalRequested(Event):
    """So many different people must approve before anything is done; one of them in that `role`."""

    event_type: ClassVar[str] = "redress.approval-requested.v1"
    proposal_id: str
    needed: int
    reason: str
    proposed_by: str
    role: str | None = None


class ApprovalGiven(Event):
    """One person's approval; `role` is the highest that they gave it in."""

    event_type: ClassVar[str] = "redress.approval-given.v1"
    proposal_id: str
    staff: str
    given: int
    needed: int
    role: str | None = None


class ApprovalDenied(Event):
    """A person said no; investigation proposes anew."""

    event_type: ClassVar[str] = "redress.approval-denied.v1"
    proposal_id: str
    staff: str
    reason: str
    level: int


class ApprovalRefused(Refused):
    """The approval does not fit: wrong proposal, same person, or the proposer."""

    event_type: ClassVar[str] = "redress.approval-refused.v1"
