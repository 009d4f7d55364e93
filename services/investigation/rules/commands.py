"""What a member of staff may ask of investigation: each rule answers with its code, or None."""

from services.investigation.rules.causes import against_taxonomy
from services.investigation.state import InvestigationState
from shared.events.base import Remedy, StaffCommand
from shared.events.investigation import (
    CauseSubmitted,
    EvidenceSubmitted,
    FindingSubmitted,
    ProposalSubmitted,
    SupersedingSubmitted,
)
from shared.rules.remedies import REMEDIES

GOODWILL = "goodwill"
MOST_PIECES = 50
CAUSE_FIRST = "cause-first"
UNKNOWN_EVIDENCE = "no-such-evidence"


def against_evidence(state: InvestigationState, asked: EvidenceSubmitted) -> str | None:
    """Anybody may add to a running investigation."""
    if rule := _against_any(state):
        return rule
    if asked.evidence.evidence_id in state.evidence:
        return "on-file-already"
    return "too-much-evidence" if len(state.evidence) >= MOST_PIECES else None


def against_superseding(state: InvestigationState, asked: SupersedingSubmitted) -> str | None:
    """Whoever has the case says which of two pieces on file counts."""
    if rule := _against_any(state) or _against_owner(state, asked):
        return rule
    if not {asked.evidence_id, asked.by} <= on_file(state):
        return UNKNOWN_EVIDENCE
    return "same-evidence" if asked.evidence_id == asked.by else None


def against_finding(state: InvestigationState, asked: FindingSubmitted) -> str | None:
    """Whoever has the case says what they found, by evidence on file, on a point there is."""
    if rule := _against_any(state) or _against_person(state, asked):
        return rule
    if not on_file(state).issuperset(asked.contradicting):
        return UNKNOWN_EVIDENCE
    unknown = asked.point is not None and state.raised and asked.point not in state.raised
    return "no-such-point" if unknown else None


def on_file(state: InvestigationState) -> set[str]:
    """The ids of the evidence that counts."""
    return {evidence.evidence_id for evidence in state.evidence.values()}


def against_cause(state: InvestigationState, asked: CauseSubmitted) -> str | None:
    """Whoever has the case says why it happened, until something is proposed."""
    found = _against_any(state) or _against_person(state, asked)
    return found or against_taxonomy(asked)


def against_proposal(state: InvestigationState, asked: ProposalSubmitted) -> str | None:
    """Whoever has the case proposes, the cause once known; a payment names what it pays for."""
    if rule := _against_any(state) or _against_person(state, asked):
        return rule
    if state.cause is None:
        return CAUSE_FIRST
    if not asked.remedies:
        return "remedy-missing"
    return "payment-incomplete" if any(map(_incomplete, asked.remedies)) else None


def _against_any(state: InvestigationState) -> str | None:
    if state.level == 0:
        return "not-started"
    return "case-settled" if state.over else None


def _against_owner(state: InvestigationState, asked: StaffCommand) -> str | None:
    if asked.staff != state.assignee and "supervisor" not in asked.roles:
        return "not-your-case"
    return "case-moved-on" if 0 < asked.expected_sequence < state.moved else None


def _against_person(state: InvestigationState, asked: StaffCommand) -> str | None:
    standing = "proposed-already" if state.proposing else None
    return _against_owner(state, asked) or standing


def _incomplete(remedy: Remedy) -> bool:
    """Goodwill is paid for the decision itself, so it names no thing."""
    row = REMEDIES.get(remedy.code)
    paid = (row is not None and row.pays) or remedy.amount is not None
    thing = remedy.thing or remedy.code == GOODWILL
    return paid and not all((remedy.user_id, remedy.asset, remedy.amount, thing))
