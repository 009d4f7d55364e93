"""The customer's view of a complaint: plain steps, messages, the decision, what to do. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime

from services.notify.letters.catalogue import FALLBACK
from services.notify.standing import OVER, Status, of, status_of
from services.notify.timeline import as_read, in_order, words
from shared.envelope import Envelope
from shared.events.base import Event, Model
from shared.events.intake import (
    AppealReceived,
    ComplaintReceived,
    ComplaintWithdrawn,
    MessageMoved,
    MessageReceived,
    RatingReceived,
)
from shared.events.notify import LetterRequested, StaffMessageSent
from shared.events.resolution import AppealAdmitted, CaseClosed, DecisionConfirmed
from shared.events.triage import CaseAssigned
from shared.events.verification import AdmissibilityDecided, InfoProvided, InfoRequested

STEPS: dict[type[Event], str] = {
    ComplaintReceived: "received",
    InfoRequested: "info_requested",
    InfoProvided: "info_provided",
    AdmissibilityDecided: "checked",
    CaseAssigned: "assigned",
    AppealAdmitted: "appealed",
    DecisionConfirmed: "confirmed",
    ComplaintWithdrawn: "withdrawn",
    CaseClosed: "closed",
}


class Step(Model):
    """Something that happened, by its name."""

    name: str
    at: AwareDatetime


class Message(Model):
    """What was written: by us (a letter's kind, or `staff`) or by the customer.

    `given` are the facts and the names of the files that came with it.
    """

    at: AwareDatetime
    kind: str
    sender: Literal["us", "you"]
    subject: str
    text: str
    given: tuple[str, ...] = ()


class Decision(Model):
    """The last decision that the customer was told."""

    decision_id: str
    outcome: str
    text: str
    respond_by: AwareDatetime


class CustomerView(Model):
    """All that the customer sees; `may` names the follow-ups that make sense now.

    `continued_by` is the complaint that goes on where this one ended, `continued_url` its page.
    """

    complaint_id: str
    reference: str
    language: str
    status: Status
    steps: tuple[Step, ...]
    messages: tuple[Message, ...]
    decision: Decision | None
    next_update_by: AwareDatetime | None
    may: tuple[str, ...]
    continued_by: str | None = None
    continued_url: str | None = None


def customer_view(complaint: str, reference: str, events: Sequence[Envelope]) -> CustomerView:
    """What the events tell the customer; personal values must be unlocked."""
    ordered = in_order(events)
    facts = [event.data for event in ordered]
    letters = of(LetterRequested, facts)
    told = next((x for x in reversed(letters) if x.kind == "decision"), None)
    status = status_of(facts, told)
    return CustomerView(
        complaint_id=complaint,
        reference=reference,
        language=letters[-1].language if letters else FALLBACK,
        status=status,
        steps=tuple(step for event in ordered if (step := _step(event))),
        messages=tuple(message for event in ordered if (message := _message(event))),
        decision=_decision(told) if told else None,
        next_update_by=_next_update(status, letters),
        may=_may(status, facts, told),
        continued_by=next((moved.into for moved in of(MessageMoved, facts)), None),
    )


def _step(event: Envelope) -> Step | None:
    data = event.data
    if isinstance(data, LetterRequested) and data.kind == "decision":
        return Step(name="decided", at=event.time)
    if isinstance(data, AdmissibilityDecided) and not data.admissible:
        return Step(name="inadmissible", at=event.time)
    name = STEPS.get(type(data))
    return Step(name=name, at=event.time) if name else None


def _message(event: Envelope) -> Message | None:
    data = event.data
    if isinstance(data, StaffMessageSent):
        said = words(data.text)
        return Message(at=event.time, kind="staff", sender="us", subject="", text=said)
    if isinstance(data, LetterRequested):
        if data.kind == "staff_message":  # its words are shown already
            return None
        text = as_read(data)
        return Message(
            at=event.time, kind=data.kind, sender="us", subject=text.subject, text=text.body
        )
    subject, given = "", _given(data)
    if isinstance(data, ComplaintReceived):
        kind, subject, text_ = "complaint", words(data.facts.subject), words(data.facts.description)
    elif isinstance(data, MessageReceived):
        kind, text_ = "message", words(data.text)
    elif isinstance(data, AppealReceived):
        kind, text_ = "appeal", "\n".join((*data.points, words(data.reason)))
    else:
        return None
    return Message(at=event.time, kind=kind, sender="you", subject=subject, text=text_, given=given)


def _given(data: Any) -> tuple[str, ...]:
    facts = data.facts if isinstance(data, ComplaintReceived) else None
    files = tuple(words(file.name) for file in getattr(facts or data, "attachments", ()))
    if isinstance(data, MessageReceived):
        return (*data.supplied.values(), *files)
    if facts is None:
        return files
    amount = f"{facts.amount} {facts.asset or ''}".strip() if facts.amount is not None else None
    network = words(facts.network_said) if facts.network_said else facts.network
    said = (amount, network, facts.txid, facts.address, facts.order_id)
    return (*filter(None, said), *files)


def _decision(told: LetterRequested) -> Decision:
    return Decision(
        decision_id=str(told.decision_id),
        outcome=str(told.facts["outcome"]),
        text=as_read(told).body,
        respond_by=datetime.fromisoformat(str(told.facts["respond_by"])),
    )


def _next_update(status: Status, letters: Sequence[LetterRequested]) -> datetime | None:
    if status == "decided" or status in OVER:
        return None
    promise = "deadline" if status == "awaiting_info" else "update_by"
    made = (str(x.facts[promise]) for x in reversed(letters) if x.facts.get(promise))
    return next(map(datetime.fromisoformat, made), None)


def _may(status: Status, facts: Sequence[Any], told: LetterRequested | None) -> tuple[str, ...]:
    rated = {rating.decision_id for rating in of(RatingReceived, facts)}
    appealed = {appeal.decision_id for appeal in of(AppealReceived, facts)}
    allowed = {
        "reply": status not in OVER,
        "confirm": status == "decided",
        "appeal": told is not None
        and status in ("decided", "closed")
        and not told.facts["last_level"]
        and told.decision_id not in appealed,
        "rate": told is not None and status == "closed" and told.decision_id not in rated,
        "withdraw": status in ("received", "awaiting_info", "in_progress", "awaiting_proof"),
    }
    return tuple(name for name, yes in allowed.items() if yes)
