"""What the log tells of one complaint, as far as a report counts it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from shared.envelope import Envelope
from shared.events.intake import ComplaintReceived
from shared.events.investigation import RemedyProposed
from shared.events.notify import LetterSent
from shared.events.resolution import (
    AppealAdmitted,
    CaseClosed,
    DecisionMade,
    DissatisfactionNoted,
    EffectRequested,
    EffectVerified,
    RatingNoted,
)
from shared.events.triage import (
    CaseAssigned,
    CaseClassified,
    ClockBreached,
    ClockMet,
    ProblemFixed,
)

ACKNOWLEDGEMENT = "acknowledgement"


@dataclass(frozen=True)
class Counted:
    """One thing that is counted: when it was, under which label."""

    at: datetime
    label: str


@dataclass(frozen=True)
class Payment:
    """Money that was read back at the exchange; `amount` in units of `asset`."""

    at: datetime
    action: str
    asset: str
    amount: Decimal


@dataclass
class Story:
    """One complaint. `steps` are the first times that it got so far.

    `words` are the codes of the terms that told what it is about; never the customer's own words.
    """

    channel: str = "other"
    category: str = "other"
    words: tuple[str, ...] = ()
    steps: dict[str, datetime] = field(default_factory=dict)
    decisions: list[tuple[datetime, DecisionMade]] = field(default_factory=list)
    appeals: list[datetime] = field(default_factory=list)
    clocks: list[Counted] = field(default_factory=list)
    breaches: list[Counted] = field(default_factory=list)
    ratings: list[Counted] = field(default_factory=list)
    dissatisfied: list[datetime] = field(default_factory=list)
    fixes: list[Counted] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    policies: set[str] = field(default_factory=set)


def story_of(events: Iterable[Envelope]) -> Story:
    """The story of one complaint's events, of all stages, in any order."""
    story, asked = Story(), {}
    for event in sorted(events, key=lambda one: (one.time, one.source, one.sequence)):
        data = event.data
        story.policies.add(event.policyversion)
        if isinstance(data, EffectRequested):
            asked[data.key] = data
        elif isinstance(data, EffectVerified):
            _paid(story, event, data, asked)
        else:
            _told(story, event)
    return story


def _paid(
    story: Story, event: Envelope, data: EffectVerified, asked: dict[str, EffectRequested]
) -> None:
    order = asked.get(data.key)
    if order and order.asset and order.amount is not None:
        story.payments.append(Payment(event.time, order.action, order.asset, order.amount))


def _told(story: Story, event: Envelope) -> None:
    match event.data:
        case ComplaintReceived(facts=facts):
            story.channel = facts.channel
            _step(story, "received", facts.received_at)
        case LetterSent(kind=kind) if kind == ACKNOWLEDGEMENT:
            _step(story, "acknowledged", event.time)
        case CaseClassified(category=category, reasons=reasons):
            story.category = category
            story.words = tuple(dict.fromkeys(reason.rule for reason in reasons))
            _step(story, "classified", event.time)
        case CaseAssigned():
            _step(story, "assigned", event.time)
        case RemedyProposed():
            _step(story, "proposed", event.time)
        case DecisionMade() as decision:
            story.decisions.append((event.time, decision))
            _step(story, "decided", event.time)
        case CaseClosed():
            _step(story, "closed", event.time)
        case _:
            _counted(story, event)


def _counted(story: Story, event: Envelope) -> None:
    match event.data:
        case ClockMet() as met:
            names = (met.clock, *(kept.clock for kept in met.beside))
            story.clocks += [Counted(event.time, name) for name in names]
        case ClockBreached(clock=name):
            story.breaches.append(Counted(event.time, name))
        case AppealAdmitted():
            story.appeals.append(event.time)
        case RatingNoted(score=score):
            story.ratings.append(Counted(event.time, str(score)))
        case DissatisfactionNoted():
            story.dissatisfied.append(event.time)
        case ProblemFixed(problem_id=problem):
            story.fixes.append(Counted(event.time, problem))


def _step(story: Story, name: str, at: datetime) -> None:
    story.steps.setdefault(name, at)
