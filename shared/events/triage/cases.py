"""Triage: what it is about, how urgent it is, who takes it, and by when."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime

from shared.events.base import (
    Category,
    Event,
    LaneRaised,
    Model,
    Priority,
    Refused,
    Result,
    StaffCommand,
)
from shared.events.triage.problems import Surge


class Reason(Model):
    """Which rule or term decided; `evidence` names the term's code, never the customer's words."""

    rule: str
    version: str
    evidence: str


class Point(Model):
    """One of the matters that a complaint raises, and the rule or term that told."""

    category: Category
    rule: str


class AssigneeFound(Result):
    """Who is free for the case, and what else only the other cases tell.

    Where nobody fits, `assignee` is None and `free_at` is when somebody's shift begins.
    `complaints` are those of this customer within the policy's days, this one counted;
    `complained_at` is when each of the others was classified.
    """

    event_type: ClassVar[str] = "redress.assignee-found.v1"
    assignee: str | None = None
    open_cases: int = 0
    reason: Literal["least-loaded", "same-customer"] = "least-loaded"
    free_at: AwareDatetime | None = None
    complaints: int = 1
    complained_at: tuple[AwareDatetime, ...] = ()
    surge: Surge | None = None


class PrioritySubmitted(StaffCommand):
    """A person changes the priority, with a reason code."""

    event_type: ClassVar[str] = "redress.priority-submitted.v1"
    priority: Priority
    reason: str


class AssignmentSubmitted(StaffCommand):
    """A person hands the case to somebody."""

    event_type: ClassVar[str] = "redress.assignment-submitted.v1"
    assignee: str
    reason: str


class IdentityNoted(Event):
    """Whose account it is, and how surely: before the complaint is known, or more than before."""

    event_type: ClassVar[str] = "redress.identity-noted.v1"
    user_id: str
    level: str


class CustomerAwaited(Event):
    """The customer was asked for more; the time until the answer is not ours."""

    event_type: ClassVar[str] = "redress.customer-awaited.v1"


class ContactNoted(Event):
    """The customer or we wrote again; `complaints` are the customer's lately, this one counted.

    `complained_at` is when each of the others was classified. A `question` is a message of ours,
    an `answer` what the customer said to one: neither is a contact of theirs.
    """

    event_type: ClassVar[str] = "redress.contact-noted.v1"
    at: AwareDatetime
    kind: Literal["contact", "question", "answer"] = "contact"
    complaints: int = 0
    complained_at: tuple[AwareDatetime, ...] = ()


class CaseClassified(Event):
    """Category, language, priority and emergency, with reasons an auditor can read.

    `identity` is how surely the customer proved to hold `user_id`.
    """

    event_type: ClassVar[str] = "redress.case-classified.v1"
    category: Category
    language: str
    priority: Priority
    emergency: bool
    confidence: float
    reasons: tuple[Reason, ...]
    rules_version: str
    team: str
    user_id: str | None = None
    asset: str | None = None
    network: str | None = None
    channel: str | None = None
    points: tuple[Point, ...] = ()
    identity: str = "L0"


class CaseEscalated(Event):
    """Funds are in danger: resolution freezes at once."""

    event_type: ClassVar[str] = "redress.case-escalated.v1"
    user_id: str | None = None
    identity: str
    reason: str


class CaseAssigned(Event):
    """Somebody owns the case; at level 2 never somebody who had it before.

    `points` are the matters that the complaint raises, the main one first, where there are several.
    """

    event_type: ClassVar[str] = "redress.case-assigned.v1"
    team: str
    assignee: str
    level: int
    category: Category
    language: str
    priority: Priority
    reason: str
    points: tuple[Category, ...] = ()


class AssignmentDeferred(Event):
    """Nobody who fits is free; tried again at `again_at`."""

    event_type: ClassVar[str] = "redress.assignment-deferred.v1"
    team: str
    level: int
    again_at: AwareDatetime


class PriorityChanged(Event):
    """A new priority; only a person lowers one."""

    event_type: ClassVar[str] = "redress.priority-changed.v1"
    priority: Priority
    before: Priority
    reason: str
    staff: str | None = None


class CaseReopened(Event):
    """An appeal was admitted: somebody new takes the case at `level`."""

    event_type: ClassVar[str] = "redress.case-reopened.v1"
    level: int


class CaseSettled(Event):
    """Nobody has anything left to do at `level`: its clocks end, met or not."""

    event_type: ClassVar[str] = "redress.case-settled.v1"
    level: int
    reason: Literal["decided", "closed", "inadmissible"]


class PriorityRefused(Refused):
    """The change of priority does not fit the case."""

    event_type: ClassVar[str] = "redress.priority-refused.v1"


class AssignmentRefused(Refused):
    """The hand-over does not fit the case."""

    event_type: ClassVar[str] = "redress.assignment-refused.v1"


class TriageLaneRaised(LaneRaised):
    """Triage moved the complaint to the express lane."""

    event_type: ClassVar[str] = "redress.triage-lane-raised.v1"
