"""What other stages say of the case: its facts, its owner, its appeal, its end."""

from collections.abc import Mapping
from typing import Literal

from services.investigation.rules.conclude import task
from services.investigation.rules.plan import claim_of
from services.investigation.rules.start import begun, begun_again
from services.investigation.rules.tasks import finished
from services.investigation.state import InvestigationState
from services.investigation.state.case import Owner
from shared.decider import Context, DecideRule
from shared.events.base import Event, Input
from shared.events.investigation import (
    AppealNoted,
    AssignmentNoted,
    ClaimedFacts,
    FactsNoted,
    FixNoted,
    InvestigationEnded,
)
from shared.events.resolution import AppealAdmitted, ApprovalDenied, CaseClosed, EffectFailed
from shared.events.triage import CaseAssigned, ProblemFixed
from shared.events.verification import AdmissibilityDecided, IdentityVerified


def on_admissibility_decided(
    state: InvestigationState, data: AdmissibilityDecided, context: Context
) -> list[Event]:
    """The facts are here; an inadmissible complaint is not investigated."""
    if not data.admissible:
        return _ended(state, max(state.level, 1), "inadmissible")
    return _with_claim(state, claim_of(data.facts, state.claim), context)


def on_identity_verified(
    state: InvestigationState, data: IdentityVerified, context: Context
) -> list[Event]:
    """An account that the facts did not name.

    Before the facts it is noted on the express lane alone: only there can it overtake them, and
    they hold it otherwise.
    """
    early = state.claim.received_at is None and state.lane == "normal"
    if early or state.claim.user_id:
        return []
    return _with_claim(state, state.claim.model_copy(update={"user_id": data.user_id}), context)


def _with_claim(state: InvestigationState, claim: ClaimedFacts, context: Context) -> list[Event]:
    if claim == state.claim:
        return []
    known = state.model_copy(update={"claim": claim})
    return [FactsNoted(claim=claim), *(begun(known, context) or begun_again(known, context))]


def on_case_assigned(
    state: InvestigationState, data: CaseAssigned, context: Context
) -> list[Event]:
    """The case has an owner; a level starts as soon as its facts and its appeal are known."""
    told = data.model_dump(include=set(Owner.model_fields))
    owner = Owner(**told)
    late = state.owner is not None and data.level < state.owner.level
    if late or owner == state.owner:
        return []
    return begun(state.model_copy(update={"owner": owner}), context) or [AssignmentNoted(**told)]


def on_problem_fixed(
    state: InvestigationState, data: ProblemFixed, context: Context
) -> list[Event]:
    """The sources may answer otherwise now: they are asked again, unless a cause is known."""
    if state.over or state.fix == data.problem_id:
        return []
    noted = FixNoted(problem_id=data.problem_id, reason=data.reason)
    return [noted, *begun_again(state, context)]


def on_appeal_admitted(
    state: InvestigationState, data: AppealAdmitted, context: Context
) -> list[Event]:
    """The next level has points to answer; it starts with its owner."""
    if data.level <= state.appeal_level:
        return []
    changes = {"appeal_level": data.level, "points": data.points}
    noted = AppealNoted(level=data.level, points=data.points)
    return [noted, *begun(state.model_copy(update=changes), context)]


def on_approval_denied(
    state: InvestigationState, data: ApprovalDenied, context: Context
) -> list[Event]:
    """A proposal that was denied goes back to whoever has the case."""
    standing = data.proposal_id == state.proposal and not state.over
    return [task(state, context, "approval-denied")] if standing else []


def on_effect_failed(
    state: InvestigationState, data: EffectFailed, context: Context
) -> list[Event]:
    """The exchange said a final no: to what was proposed, or to a freeze."""
    if state.level == 0 or state.over:
        return []
    if data.proposal_id is not None and data.proposal_id == state.proposal:
        return [task(state, context, "effect-failed")]
    return [task(state, context, "freeze-failed")] if data.action == "freeze" else []


def on_case_closed(state: InvestigationState, data: CaseClosed, _context: Context) -> list[Event]:
    """Nothing is left to investigate, unless a higher level has begun."""
    return _ended(state, data.level, "closed")


def _ended(
    state: InvestigationState, level: int, reason: Literal["closed", "inadmissible"]
) -> list[Event]:
    known = level <= state.ended or level < state.level
    if known:
        return []
    return [*finished(state, "settled"), InvestigationEnded(level=level, reason=reason)]


CASE: Mapping[type[Event | Input], DecideRule] = {
    AdmissibilityDecided: on_admissibility_decided,
    IdentityVerified: on_identity_verified,
    CaseAssigned: on_case_assigned,
    ProblemFixed: on_problem_fixed,
    AppealAdmitted: on_appeal_admitted,
    ApprovalDenied: on_approval_denied,
    EffectFailed: on_effect_failed,
    CaseClosed: on_case_closed,
}
