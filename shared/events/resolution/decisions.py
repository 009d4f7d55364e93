"""The decision and what follows it."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime

from shared.events.base import (
    Event,
    LaneRaised,
    Refused,
    Remedy,
)
from shared.events.investigation import PointFinding, RootCause
from shared.events.late import Word
from shared.events.personal import Personal

Outcome = Literal["upheld", "partly_upheld", "rejected", "goodwill"]


class DecisionMade(Event):
    """The decision the customer is told, with cause, measures, result and ways on.

    At `check_at` what was done on the exchange is looked at once more; None: nothing was.
    """

    event_type: ClassVar[str] = "redress.decision-made.v1"
    decision_id: str
    level: int
    outcome: Outcome
    finding: str
    cause: RootCause
    remedies: tuple[Remedy, ...]
    details: dict[str, str | int | bool | None]
    explanation: Personal | None = None
    points: tuple[PointFinding, ...] = ()
    proposed_by: str | None = None
    respond_by: AwareDatetime
    check_at: AwareDatetime | None = None


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
    """The appeal is heard: another person investigates at a higher level.

    `by` a message: the customer wrote on after the end, in time for an appeal.
    """

    event_type: ClassVar[str] = "redress.appeal-admitted.v1"
    decision_id: str
    level: int
    points: tuple[str, ...]
    reason: Personal
    by: Literal["appeal", "message"] = "appeal"


class LateMessageNoted(Event):
    """The customer wrote on after the end, when nothing can be reopened: that is a new matter."""

    event_type: ClassVar[str] = "redress.late-message-noted.v1"
    word: Word


class CaseClosed(Event):
    """The end state, with the outcome of the last decision."""

    event_type: ClassVar[str] = "redress.case-closed.v1"
    outcome: Literal["upheld", "partly_upheld", "rejected", "goodwill", "withdrawn"]
    level: int
    decision_id: str | None = None


class ReviewRecorded(Event):
    """What should be learnt from the case; `trigger` says why it is reviewed."""

    event_type: ClassVar[str] = "redress.review-recorded.v1"
    trigger: Literal["p1", "appeal_upheld", "breach", "sample", "effect_lost", "half_done"]
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


class ResolutionLaneRaised(LaneRaised):
    """Resolution moved the complaint to the express lane."""

    event_type: ClassVar[str] = "redress.resolution-lane-raised.v1"
