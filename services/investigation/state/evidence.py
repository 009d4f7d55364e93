"""How the events about evidence change the case: what a source answered, and when it is asked."""

from collections.abc import Mapping

from services.investigation.state.case import COLLECT, InvestigationState, asked
from shared.decider import EvolveRule, due
from shared.envelope import Envelope
from shared.events.base import Event
from shared.events.investigation import (
    EvidenceAdded,
    EvidenceMissing,
    EvidenceSuperseded,
    RecheckScheduled,
)

MOST_MARKS = 200
WAITING = "confirmed_wait"


def on_evidence_added(
    state: InvestigationState, data: EvidenceAdded, event: Envelope
) -> InvestigationState:
    """Evidence of a source takes the place of that source's last; the log keeps both."""
    place = data.evidence.source if data.key else data.evidence.evidence_id
    evidence = {**state.evidence, place: data.evidence}
    marks = tuple(sorted({*state.marks, *data.marks})[:MOST_MARKS])
    return state.seen(event, evidence=evidence, marks=marks, due=state.without(data.key or ""))


def on_evidence_superseded(
    state: InvestigationState, data: EvidenceSuperseded, event: Envelope
) -> InvestigationState:
    """The piece counts no more; the log keeps it."""
    kept = {n: e for n, e in state.evidence.items() if e.evidence_id != data.evidence_id}
    return state.seen(event, evidence=kept)


def on_evidence_missing(
    state: InvestigationState, data: EvidenceMissing, event: Envelope
) -> InvestigationState:
    """The source is asked again later, or given up for this round."""
    if data.again_at is None:
        changes = {"due": state.without(data.key), "missing": (*state.missing, data.source)}
        return state.model_copy(update=changes)
    again = due(event, data.key, COLLECT, data.again_at, source=data.source)
    attempts = {**state.attempts, data.source: state.attempts.get(data.source, 0) + 1}
    return state.model_copy(update={"due": state.owing(again), "attempts": attempts})


def on_recheck_scheduled(
    state: InvestigationState, data: RecheckScheduled, event: Envelope
) -> InvestigationState:
    """Every source is asked again at that time: the questions wait themselves, without a timer."""
    turn = state.round + 1
    changes = {
        "round": turn,
        "attempts": {},
        "due": asked(event, state.sources, turn, data.at),
        "unsettled": state.unsettled + 1 if data.leaves_open else 0,
        "sighted": data.finding == WAITING or state.sighted,
    }
    return state.model_copy(update=changes)


EVIDENCE: Mapping[type[Event], EvolveRule] = {
    EvidenceAdded: on_evidence_added,
    EvidenceSuperseded: on_evidence_superseded,
    EvidenceMissing: on_evidence_missing,
    RecheckScheduled: on_recheck_scheduled,
}
