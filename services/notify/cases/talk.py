"""What was written to and by the customer, and what else is on record. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.notify.cases.telling import Note, Told, plain
from services.notify.timeline import as_read, details_of, title_of
from shared.events.base import LaneRaised
from shared.events.intake import AppealReceived, MessageReceived
from shared.events.notify import LetterFailed, LetterRequested, LetterSent, StaffMessageSent
from shared.events.personal import SEALED
from shared.events.resolution import (
    AppealAdmitted,
    ApprovalDenied,
    ApprovalGiven,
    ApprovalRequested,
    CaseNoted,
    DecisionConfirmed,
    DecisionMade,
    EffectFailed,
    EffectRequested,
    EffectVerified,
    IdentityAwaited,
    ProposalNoted,
    RatingNoted,
)

ELSEWHERE = (
    *(ApprovalRequested, ApprovalGiven, ApprovalDenied, IdentityAwaited, ProposalNoted),
    *(EffectRequested, EffectVerified, EffectFailed, DecisionMade, DecisionConfirmed),
    *(CaseNoted, LaneRaised, AppealAdmitted, RatingNoted),
)
"""What other sections of the page show, and what only the stage itself needs."""


@dataclass
class Letter:
    """A letter as it was written, and the channels that took it or did not."""

    kind: str
    at: datetime
    subject: str
    text: str
    went: list[str]


def letters_of(told: Told) -> list[Letter]:
    """Every letter, the newest first."""
    found: dict[str, Letter] = {}
    for event, data in told.of(LetterRequested):
        read = as_read(data) if told.reads else None
        subject, text = (read.subject, read.body) if read else (plain(data.kind), SEALED)
        found[data.letter_id] = Letter(plain(data.kind), event.time, subject, text, [])
    for _, after in told.of(LetterSent, LetterFailed):
        if letter := found.get(after.letter_id):
            failed = f": {after.problem}" if isinstance(after, LetterFailed) else ""
            letter.went.append(f"{after.channel}{failed or ' sent'}")
    return list(found.values())[::-1]


def messages_of(told: Told) -> list[Note]:
    """What the customer and staff wrote, the newest first."""
    found = []
    for event, data in told.of(MessageReceived, StaffMessageSent, AppealReceived):
        if isinstance(data, StaffMessageSent):
            found.append(Note("Staff", event.time, data.staff, text=told.said(data.text)))
        elif isinstance(data, AppealReceived):
            points = (("points", ", ".join(data.points)),)
            said = told.said(data.reason)
            found.append(Note("Customer appeals", event.time, facts=points, text=said))
        else:
            channel = (("by", data.channel or ""),) if data.channel else ()
            found.append(Note("Customer", event.time, facts=channel, text=told.said(data.text)))
    return found[::-1]


def on_record(told: Told) -> list[Note]:
    """What resolution told beyond what has a place of its own: reviews, actions, and the like."""
    found = []
    for event in told.events:
        if event.stage == "resolution" and not isinstance(event.data, ELSEWHERE):
            facts = tuple((entry.name, entry.value) for entry in details_of(event))
            found.append(Note(title_of(event.type), event.time, facts=facts))
    return found[::-1]
