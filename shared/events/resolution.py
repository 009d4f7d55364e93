"""Resolution: actions on the exchange, the decision, and what follows it."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime

from shared.events.base import (
    Amount,
    Event,
    LaneRaised,
    Priority,
    Refused,
    Remedy,
    Result,
    StaffCommand,
)
from shared.events.investigation import RemedyProposed, RootCause
from shared.events.personal import Personal

Outcome = Literal["upheld", "partly_upheld", "rejected", "goodwill"]
Action = Literal["freeze", "unfreeze", "credit", "compensate"]


class EffectCarriedOut(Result):
    """The exchange's answer to an action, with what reading it back showed.

    `status`: applied (read back and there), refused (a final no, `problem` is its code).
    """

    event_type: ClassVar[str] = "redress.effect-carried-out.v1"
    status: Literal["applied", "refused"]
    applied_at: AwareDatetime | None = None
    problem: str | None = None


class ApprovalSubmitted(StaffCommand):
    """A person approves or denies a proposal; never the person who proposed it."""

    event_type: ClassVar[str] = "redress.approval-submitted.v1"
    proposal_id: str
    approve: bool
    reason: str


class FreezeSubmitted(StaffCommand):
    """A person asks to freeze the account."""

    event_type: ClassVar[str] = "redress.freeze-submitted.v1"
    reason: str


class UnfreezeSubmitted(StaffCommand):
    """A person asks to lift the freeze; takes two people."""

    event_type: ClassVar[str] = "redress.unfreeze-submitted.v1"
    reason: str


class CaseNoted(Event):
    """What triage said and resolution needs later; None and False mean: nothing new."""

    event_type: ClassVar[str] = "redress.case-noted.v1"
    user_id: str | None = None
    priority: Priority | None = None
    breached: bool = False


class EffectRequested(Event):
    """An action on the exchange is due; `key` names the thing, so it happens once."""

    event_type: ClassVar[str] = "redress.effect-requested.v1"
    key: str
    action: Action
    user_id: str
    scope: tuple[str, ...] = ()
    asset: str | None = None
    amount: Amount | None = None
    reference: str | None = None
    expires_at: AwareDatetime | None = None
    proposal_id: str | None = None
    after: str | None = None


class EffectVerified(Event):
    """The action was carried out and read back."""

    event_type: ClassVar[str] = "redress.effect-verified.v1"
    key: str
    action: Action
    applied_at: AwareDatetime | None = None
    proposal_id: str | None = None


class EffectFailed(Event):
    """The exchange said a final no; a person decides what now."""

    event_type: ClassVar[str] = "redress.effect-failed.v1"
    key: str
    action: Action
    problem: str
    proposal_id: str | None = None


class FreezeNotPossible(Event):
    """An escalation that names no account we could freeze; a person takes over."""

    event_type: ClassVar[str] = "redress.freeze-not-possible.v1"
    reason: str


class ProposalNoted(Event):
    """A proposal that acts on the exchange, and the effects it takes, in their order."""

    event_type: ClassVar[str] = "redress.proposal-noted.v1"
    proposal: RemedyProposed
    effects: tuple[EffectRequested, ...]


class ApprovalRequested(Event):
    """So many different people must approve before anything is done."""

    event_type: ClassVar[str] = "redress.approval-requested.v1"
    proposal_id: str
    needed: int
    reason: str
    proposed_by: str


class ApprovalGiven(Event):
    """One person's approval."""

    event_type: ClassVar[str] = "redress.approval-given.v1"
    proposal_id: str
    staff: str
    given: int
    needed: int


class ApprovalDenied(Event):
    """A person said no; investigation proposes anew."""

    event_type: ClassVar[str] = "redress.approval-denied.v1"
    proposal_id: str
    staff: str
    reason: str
    level: int


class DecisionMade(Event):
    """The decision the customer is told, with cause, measures, result and ways on."""

    event_type: ClassVar[str] = "redress.decision-made.v1"
    decision_id: str
    level: int
    outcome: Outcome
    finding: str
    cause: RootCause
    remedies: tuple[Remedy, ...]
    details: dict[str, str | int | bool | None]
    explanation: Personal | None = None
    respond_by: AwareDatetime


class DecisionConfirmed(Event):
    """The customer accepts, or stayed silent for the time the letter named."""

    event_type: ClassVar[str] = "redress.decision-confirmed.v1"
    decision_id: str
    by: Literal["customer", "silence"]


class DissatisfactionNoted(Event):
    """The customer does not accept; the way of appeal stays open, silence still closes."""

    event_type: ClassVar[str] = "redress.dissatisfaction-noted.v1"
    decision_id: str


class WithdrawalNoted(Event):
    """The complaint is taken back; it closes when the effects under way have ended."""

    event_type: ClassVar[str] = "redress.withdrawal-noted.v1"
    waits_for: tuple[str, ...]


class AppealAdmitted(Event):
    """The appeal is heard: another person investigates at a higher level."""

    event_type: ClassVar[str] = "redress.appeal-admitted.v1"
    decision_id: str
    level: int
    points: tuple[str, ...]
    reason: Personal


class CaseClosed(Event):
    """The end state, with the outcome of the last decision."""

    event_type: ClassVar[str] = "redress.case-closed.v1"
    outcome: Literal["upheld", "partly_upheld", "rejected", "goodwill", "withdrawn"]
    level: int
    decision_id: str | None = None


class ReviewRecorded(Event):
    """What should be learnt from the case; `trigger` says why it is reviewed."""

    event_type: ClassVar[str] = "redress.review-recorded.v1"
    trigger: Literal["p1", "appeal_upheld", "breach", "sample"]
    finding: str
    cause: str


class RatingNoted(Event):
    """A rating was counted for its decision."""

    event_type: ClassVar[str] = "redress.rating-noted.v1"
    decision_id: str
    score: int


class AppealRefused(Refused):
    """The appeal does not fit: no such decision, too late, or appealed already."""

    event_type: ClassVar[str] = "redress.appeal-refused.v1"


class ConfirmationRefused(Refused):
    """The confirmation names no open decision."""

    event_type: ClassVar[str] = "redress.confirmation-refused.v1"


class RatingRefused(Refused):
    """The rating names no decision, or one that is rated already."""

    event_type: ClassVar[str] = "redress.rating-refused.v1"


class WithdrawalRefused(Refused):
    """The complaint is closed already."""

    event_type: ClassVar[str] = "redress.withdrawal-refused.v1"


class ApprovalRefused(Refused):
    """The approval does not fit: wrong proposal, same person, or the proposer."""

    event_type: ClassVar[str] = "redress.approval-refused.v1"


class FreezeRefused(Refused):
    """The freeze does not fit the case."""

    event_type: ClassVar[str] = "redress.freeze-refused.v1"


class UnfreezeRefused(Refused):
    """The unfreeze does not fit the case."""

    event_type: ClassVar[str] = "redress.unfreeze-refused.v1"


class ResolutionLaneRaised(LaneRaised):
    """Resolution moved the complaint to the express lane."""

    event_type: ClassVar[str] = "redress.resolution-lane-raised.v1"
