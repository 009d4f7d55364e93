"""An admitted complaint as a case: what it is about, how urgent, for which team."""

from functools import lru_cache

from services.triage import rules
from services.triage.rules.assign import team_for
from services.triage.rules.proofs import escalations
from services.triage.rules.urgency import EMERGENCY, first_clocks, lane
from services.triage.state import TriageState
from shared.decider import Context
from shared.events.base import Event
from shared.events.triage import CaseClassified, Point, Reason
from shared.events.verification import AdmissibilityDecided
from shared.rules.networks import network_named


def classified(state: TriageState, admitted: AdmissibilityDecided, context: Context) -> list[Event]:
    """The case, its escalation where funds are in danger, its clocks unless it is settled."""
    case, received_at = _case(state, admitted), admitted.facts.received_at
    events: list[Event] = [*lane(state, urgent=case.emergency), case]
    if case.emergency:
        reason = "first-screen" if admitted.emergency else "classification"
        events += escalations(state, case.user_id, case.identity, reason)
    return events if state.over else events + first_clocks(state, case, received_at, context)


def _case(state: TriageState, admitted: AdmissibilityDecided) -> CaseClassified:
    facts = admitted.facts
    found = _read(f"{facts.subject.text}\n{facts.description.text}", facts.category_hint)
    emergency = found.emergency or admitted.emergency
    priority = EMERGENCY if emergency else found.priority
    unknown = found.language == "und"
    user_id = facts.user_id or state.user_id
    return CaseClassified(
        category=found.category,
        language=(unknown and facts.language_hint) or found.language,
        priority=priority,
        emergency=emergency,
        confidence=found.confidence,
        reasons=tuple(_reason(reason) for reason in found.reasons),
        rules_version=found.version,
        team=team_for(found.category, priority, emergency),
        user_id=user_id,
        asset=facts.asset or next(iter(found.entities.asset), None),
        network=network_named(facts.network),
        channel=facts.channel,
        points=tuple(Point(category=one.category, rule=one.rule) for one in found.points),
        identity=max(admitted.identity, state.proof_of(user_id)),
    )


@lru_cache(maxsize=1)
def _read(text: str, hint: str | None) -> rules.Classification:
    """A text is told twice in a row where two policies are compared."""
    return rules.classify(text, hint)


def _reason(found: rules.Reason) -> Reason:
    """The rule alone: an event never shows the customer's words unsealed."""
    return Reason(rule=found.rule, version=found.version, evidence=found.rule)
