"""Freezing at once, unfreezing by two people."""

from services.resolution.rules.approvals import (
    APPROVERS,
    FOUR_EYES,
    FREEZERS,
    moved_on,
    one_more,
)
from services.resolution.rules.decisions import own_id, resumed
from services.resolution.rules.freezes import (
    PLAIN_USER,
    UNFREEZE,
    WRONGFUL,
    again,
    covered,
    freeze_by_person,
    freeze_in_emergency,
    liftable,
    standing,
    unfreezes,
    unlocked,
)
from services.resolution.rules.proofs import TOO_LOW
from services.resolution.rules.stops import CONFIRMED, PLAIN_WITHDRAWAL, may_stop, stop_of
from services.resolution.state import ResolutionState
from services.resolution.state.case import UNLOCK, UNPROVED, Approval
from shared.decider import Context
from shared.events.base import Event, TimerElapsed
from shared.events.investigation import FindingRecorded
from shared.events.resolution import (
    ApprovalRequested,
    CaseNoted,
    FreezeNotPossible,
    FreezeRefused,
    FreezeSubmitted,
    LockEnded,
    ResolutionLaneRaised,
    UnfreezeRefused,
    UnfreezeSubmitted,
)
from shared.events.triage import CaseEscalated


def on_case_escalated(state: ResolutionState, data: CaseEscalated, context: Context) -> list[Event]:
    """Funds are in danger: freeze now, ask later; also where the complaint was taken back."""
    raised = [] if state.lane == "express" else [ResolutionLaneRaised(reason="emergency")]
    if data.user_id is None or not PLAIN_USER.fullmatch(data.user_id):
        missing = [] if state.no_account else [FreezeNotPossible(reason="no-account")]
        return [*raised, *missing]
    order = freeze_in_emergency(data.user_id, data.identity, context.now, context.policy.resolution)
    known = covered(state, order, context.now)
    before = state.effect(order.key)
    if not known and before:
        known = data.identity == UNPROVED or before.status == "failed"
        order = again(order, context.cause)
    ended = _locked_again(state, data) if known else []
    return [*raised, *([] if known else [order]), *ended, *_proved(state, data, context)]


def _locked_again(state: ResolutionState, data: CaseEscalated) -> list[Event]:
    """A proved owner's word stops what would lift withdrawals; a stranger's stops nothing."""
    if data.identity == UNPROVED or data.user_id not in state.locked():
        return []
    keys = (key.removeprefix(UNLOCK) for key in state.locks(data.user_id))
    return [LockEnded(key=key, user_id=data.user_id, reason="escalated") for key in keys]


def on_lock_over(state: ResolutionState, data: TimerElapsed, context: Context) -> list[Event]:
    """The second stage of an unfreeze: withdrawals, once their lock is over."""
    about = state.due[data.key].arguments
    user_id, proposal_id = str(about["user_id"]), str(about["proposal_id"])
    return unlocked(state, data.key.removeprefix(UNLOCK), user_id, proposal_id, context.now)


def _proved(state: ResolutionState, data: CaseEscalated, context: Context) -> list[Event]:
    """The proof that came with an escalation, and what waited for it; another account counts."""
    note = CaseNoted(user_id=data.user_id, identity=data.identity)
    after, same = state.noting(note), state.user_id in (None, data.user_id)
    return [] if same and after.proved == state.proved else [note, *resumed(after, context)]


def on_finding_recorded(
    state: ResolutionState, data: FindingRecorded, context: Context
) -> list[Event]:
    """Stop what a thief asked for and the exchange has not sent yet; nobody is asked first.

    The account's own history must show the takeover, or its owner be proved.
    """
    user_id = state.user_id or ""
    if not PLAIN_USER.fullmatch(user_id):
        return []
    shown = data.finding == CONFIRMED or may_stop(state, user_id, context.policy.identity)
    orders = (stop_of(user_id, name) for name in data.cancel if PLAIN_WITHDRAWAL.fullmatch(name))
    return [order for order in orders if shown and state.effect(order.key) is None]


def on_freeze_submitted(
    state: ResolutionState, data: FreezeSubmitted, context: Context
) -> list[Event]:
    """Freeze on one person's word."""
    user_id = state.user_id or ""
    order = freeze_by_person(user_id, context.cause, context.now, context.policy.resolution)
    rule = None
    if moved_on(state, data):
        rule = "case-moved-on"
    elif not FREEZERS.intersection(data.roles):
        rule = "role-too-low"
    elif not PLAIN_USER.fullmatch(user_id):
        rule = "no-account"
    elif covered(state, order, context.now) and user_id not in state.locked():
        rule = "already-frozen"
    if rule:
        return [FreezeRefused(rule=rule, input_id=context.cause, staff=data.staff)]
    return [order]


def on_unfreeze_submitted(
    state: ResolutionState, data: UnfreezeSubmitted, context: Context
) -> list[Event]:
    """The first supervisor's word is kept, a second one's lifts what this case froze."""
    awaited = next((a for a in state.approvals if a.proposal_id not in state.proposals), None)
    if rule := _fault_of_unfreeze(state, data, awaited, context):
        return [UnfreezeRefused(rule=rule, input_id=context.cause, staff=data.staff)]
    if awaited:
        lifted = unfreezes(state, awaited, context)
        return [one_more(awaited, data), *lifted]
    awaited = Approval(
        proposal_id=own_id(context, f"unfreeze|{context.cause}"),
        needed=FOUR_EYES,
        proposed_by=data.staff,
        reason=_reason(data),
    )
    requested = ApprovalRequested(**awaited.model_dump(exclude={"given"}))
    return [requested, one_more(awaited, data)]


def _fault_of_unfreeze(
    state: ResolutionState, data: UnfreezeSubmitted, awaited: Approval | None, context: Context
) -> str | None:
    if moved_on(state, data):
        return "case-moved-on"
    if not APPROVERS.intersection(data.roles):
        return "role-too-low"
    if not standing(state, context.now):
        return "lock-running" if state.locks() else "not-frozen"
    if not liftable(state, _reason(data), context):
        return TOO_LOW
    if awaited and awaited.reason != _reason(data):
        return "another-reason"
    return "same-person" if awaited and data.staff in awaited.given else None


def _reason(data: UnfreezeSubmitted) -> str:
    """Both people mean the same: a freeze that never should have been, or one that may end."""
    return WRONGFUL if data.reason == WRONGFUL else UNFREEZE
