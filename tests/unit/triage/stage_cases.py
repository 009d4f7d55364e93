"""A triage to start from: a deposit that did not arrive, and a stolen account."""

from datetime import timedelta

from services.triage.decide import DECIDER
from shared.events.base import ComplaintFacts
from shared.events.investigation import CauseDetermined, RecheckScheduled
from shared.events.personal import Personal
from shared.events.resolution import (
    AppealAdmitted,
    CaseClosed,
    DecisionMade,
    EffectVerified,
)
from shared.events.triage import AssigneeFound, AssignmentSubmitted, PrioritySubmitted
from shared.events.verification import AdmissibilityDecided
from shared.pipeline import STAGES
from shared.testing.scenario import START, Scenario

RECEIVED = START - timedelta(seconds=10)
MISSING = "My deposit of 0.5 BTC has not arrived for two days."
STOLEN = "My account was hacked and somebody is withdrawing my coins right now!"
WISH = "It would be nice to have a dark mode in the app."


def triage():
    return Scenario(STAGES["triage"], DECIDER)


def admitted(text=MISSING, *, admissible=True, emergency=False, identity="L1", **told):
    facts = {
        "reference": "RD-1",
        "channel": "web_form",
        "subject": Personal("Please help"),
        "description": Personal(text),
        "received_at": RECEIVED,
        "user_id": "u1",
    }
    return AdmissibilityDecided(
        admissible=admissible,
        facts=ComplaintFacts(**{**facts, **told}),
        identity=identity,
        emergency=emergency,
    )


def express(case):
    case.state = case.state.model_copy(update={"lane": "express"})
    return case


def classified(text=MISSING, **told):
    case = triage()
    case.when(admitted(text, **told))
    return case


def found(case, assignee, level=1, **told):
    return case.result(f"assign:{level}", AssigneeFound, assignee=assignee, open_cases=1, **told)


def running(text=MISSING, assignee="agent-x", **told):
    case = classified(text, **told)
    found(case, assignee)
    return case


def appealed(level=2):
    return AppealAdmitted(decision_id="d", level=level, points=("p",), reason=Personal("No."))


def decision(level=1):
    return DecisionMade(
        decision_id="d",
        level=level,
        outcome="upheld",
        finding="f",
        cause="platform",
        remedies=(),
        details={},
        respond_by=START + timedelta(days=7),
    )


def closed(level=1):
    return CaseClosed(outcome="withdrawn", level=level)


def frozen(action="freeze"):
    return EffectVerified(key="k", action=action)


def cause():
    return CauseDetermined(level=1, cause="platform", confidence=1, decided_by="p")


def recheck(finding="confirmed_wait", **details):
    return RecheckScheduled(at=START, finding=finding, details=details)


def set_priority(priority, reason="customer-called", roles=("agent",), expected=0):
    return PrioritySubmitted(
        staff="boss", roles=roles, expected_sequence=expected, priority=priority, reason=reason
    )


def assign(assignee, roles=("agent",), expected=0):
    return AssignmentSubmitted(
        staff="boss", roles=roles, expected_sequence=expected, assignee=assignee, reason="shift-end"
    )


def names(events):
    return [type(event).__name__ for event in events]


def one(events, name):
    return next(event for event in events if type(event).__name__ == name)


def timers(case):
    return {item.key: item.at for item in case.state.due.values() if item.kind == "timer"}


def instants(case):
    """When each running clock is due."""
    return {name: clock.due_at for name, clock in case.state.clocks.items()}


def started(events):
    """Every clock that these events start, with its due instant."""
    starts = [event for event in events if type(event).__name__ == "ClockStarted"]
    return {clock.clock: clock.due_at for event in starts for clock in (event, *event.beside)}


def calm(events):
    """The events without the thresholds on the way."""
    return [event for event in events if type(event).__name__ != "ClockWarned"]
