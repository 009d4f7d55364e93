"""What a member of staff may ask of investigation: each rule answers with its code, or None."""

from services.investigation.state import InvestigationState
from shared.events.base import Remedy, StaffCommand
from shared.events.investigation import CauseSubmitted, EvidenceSubmitted, ProposalSubmitted

PAYMENTS = frozenset({"credit", "compensate", "credit_and_compensate"})
MOST_PIECES = 50
CAUSE_FIRST = "cause-first"


def against_evidence(state: InvestigationState, asked: EvidenceSubmitted) -> str | None:
    """Anybody may add to a running investigation."""
    if rule := _against_any(state):
        return rule
    if asked.evidence.evidence_id in state.evidence:
        return "on-file-already"
    return "too-much-evidence" if len(state.evidence) >= MOST_PIECES else None


def against_cause(state: InvestigationState, asked: CauseSubmitted) -> str | None:
    """Whoever has the case says why it happened, until something is proposed."""
    return _against_any(state) or _against_person(state, asked)


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


def _against_person(state: InvestigationState, asked: StaffCommand) -> str | None:
    if asked.staff != state.assignee and "supervisor" not in asked.roles:
        return "not-your-case"
    if 0 < asked.expected_sequence < state.moved:
        return "case-moved-on"
    return None if state.proposal is None else "proposed-already"


def _incomplete(remedy: Remedy) -> bool:
    paid = remedy.code in PAYMENTS or remedy.amount is not None
    needed = (remedy.user_id, remedy.asset, remedy.amount, remedy.thing)
    return paid and not all(needed)
