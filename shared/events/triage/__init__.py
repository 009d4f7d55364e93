"""Triage: what it is about, how urgent it is, who takes it, and by when."""

from shared.events.triage.cases import (
    AssigneeFound,
    AssignmentDeferred,
    AssignmentRefused,
    AssignmentSubmitted,
    CaseAssigned,
    CaseClassified,
    CaseEscalated,
    CaseReopened,
    CaseSettled,
    CustomerAwaited,
    IdentityNoted,
    PriorityChanged,
    PriorityRefused,
    PrioritySubmitted,
    Reason,
    TriageLaneRaised,
)
from shared.events.triage.clocks import (
    ClockBreached,
    ClockMet,
    ClockStarted,
)

__all__ = [
    "AssigneeFound",
    "AssignmentDeferred",
    "AssignmentRefused",
    "AssignmentSubmitted",
    "CaseAssigned",
    "CaseClassified",
    "CaseEscalated",
    "CaseReopened",
    "CaseSettled",
    "ClockBreached",
    "ClockMet",
    "ClockStarted",
    "CustomerAwaited",
    "IdentityNoted",
    "PriorityChanged",
    "PriorityRefused",
    "PrioritySubmitted",
    "Reason",
    "TriageLaneRaised",
]
