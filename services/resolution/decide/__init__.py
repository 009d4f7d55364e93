"""What resolution decides, by input."""

from collections.abc import Mapping

from services.resolution.decide.aftercare import AFTERCARE
from services.resolution.decide.customer import (
    on_appeal_received,
    on_complaint_withdrawn,
    on_confirmation_received,
    on_rating_received,
    on_time_to_respond_over,
)
from services.resolution.decide.freeze import (
    on_case_escalated,
    on_finding_recorded,
    on_freeze_submitted,
    on_lock_over,
    on_unfreeze_submitted,
)
from services.resolution.decide.late import LATE
from services.resolution.decide.notes import (
    on_case_classified,
    on_clock_breached,
    on_identity_noted,
    on_priority_changed,
)
from services.resolution.decide.proposal import (
    on_approval_submitted,
    on_effect_carried_out,
    on_remedy_proposed,
)
from services.resolution.decide.reviews import REVIEWS, on_action_overdue
from services.resolution.state import EVOLVE, ResolutionState
from services.resolution.state.case import UNLOCK
from services.resolution.state.reviews import OVERDUE
from shared.decider import Context, Decider, DecideRule
from shared.events.base import Event, Input, TimerElapsed
from shared.events.intake import (
    AppealReceived,
    ComplaintWithdrawn,
    ConfirmationReceived,
    RatingReceived,
)
from shared.events.investigation import FindingRecorded, RemedyProposed
from shared.events.resolution import (
    ApprovalSubmitted,
    EffectCarriedOut,
    FreezeSubmitted,
    UnfreezeSubmitted,
)
from shared.events.triage import (
    CaseClassified,
    CaseEscalated,
    ClockBreached,
    IdentityNoted,
    PriorityChanged,
)


def on_timer_elapsed(state: ResolutionState, data: TimerElapsed, context: Context) -> list[Event]:
    """What the time that is over was for."""
    if data.key.startswith(UNLOCK):
        return on_lock_over(state, data, context)
    rule = on_action_overdue if data.key.startswith(OVERDUE) else on_time_to_respond_over
    return rule(state, data, context)


DECIDE: Mapping[type[Event | Input], DecideRule] = {
    CaseEscalated: on_case_escalated,
    FreezeSubmitted: on_freeze_submitted,
    UnfreezeSubmitted: on_unfreeze_submitted,
    CaseClassified: on_case_classified,
    IdentityNoted: on_identity_noted,
    PriorityChanged: on_priority_changed,
    ClockBreached: on_clock_breached,
    FindingRecorded: on_finding_recorded,
    RemedyProposed: on_remedy_proposed,
    ApprovalSubmitted: on_approval_submitted,
    EffectCarriedOut: on_effect_carried_out,
    ConfirmationReceived: on_confirmation_received,
    TimerElapsed: on_timer_elapsed,
    AppealReceived: on_appeal_received,
    RatingReceived: on_rating_received,
    ComplaintWithdrawn: on_complaint_withdrawn,
    **AFTERCARE,
    **LATE,
    **REVIEWS,
}
DECIDER = Decider(ResolutionState, DECIDE, EVOLVE)
