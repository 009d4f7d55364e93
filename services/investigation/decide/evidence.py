"""What the sources say: evidence, silence, and what follows from the last answer."""

from collections.abc import Mapping

from services.investigation.rules.conclude import conclude
from services.investigation.state import InvestigationState
from shared.decider import Context, DecideRule
from shared.events.base import Event, Input
from shared.events.investigation import EvidenceAdded, EvidenceCollected, EvidenceMissing


def on_evidence_collected(
    state: InvestigationState, data: EvidenceCollected, context: Context
) -> list[Event]:
    """A source answered, or could not; after the last one the round is concluded."""
    if data.evidence is None:
        return _without(state, data, context)
    before = state.evidence.get(data.source)
    added = EvidenceAdded(
        evidence=data.evidence,
        key=data.key,
        supersedes=before.evidence_id if before else None,
        marks=data.marks,
    )
    if not state.last_awaited(data.key):
        return [added]
    known = state.model_copy(update={"evidence": {**state.evidence, data.source: data.evidence}})
    return [added, *conclude(known, context)]


def _without(state: InvestigationState, data: EvidenceCollected, context: Context) -> list[Event]:
    policy = context.policy.investigation
    given_up = state.attempts.get(data.source, 0) + 1 >= policy.source_attempts
    missing = EvidenceMissing(
        key=data.key,
        source=data.source,
        problem=data.problem or "unknown",
        again_at=None if given_up else context.now + policy.source_again,
    )
    if not given_up or not state.last_awaited(data.key):
        return [missing]
    known = state.model_copy(update={"missing": (*state.missing, data.source)})
    return [missing, *conclude(known, context)]


EVIDENCE: Mapping[type[Event | Input], DecideRule] = {EvidenceCollected: on_evidence_collected}
