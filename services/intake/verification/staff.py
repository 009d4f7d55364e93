"""What a person decides in verification: inadmissible, a proof that was seen, a question more."""

from services.intake.verification import rules
from services.intake.verification.outcome import account_of, known, missing, request, verified
from services.intake.verification.state import VerificationState
from shared.decider import Context
from shared.events.base import Event, StaffCommand
from shared.events.verification import (
    AdmissibilityDecided,
    InadmissibleRefused,
    InadmissibleSubmitted,
    InfoRefused,
    InfoRequestSubmitted,
    ProofRefused,
    ProofSubmitted,
)

MAY_DECIDE = frozenset({"agent", "supervisor", "admin"})


def on_inadmissible(
    state: VerificationState, data: InadmissibleSubmitted, context: Context
) -> list[Event]:
    """A person decides that the complaint may not be dealt with, and says why."""
    words = context.policy.verification.inadmissible
    rule = _unfit(state, data) or (f"already-{state.ended}" if state.ended else None)
    if rule is None and not set(data.reasons) <= set(words):
        rule = "unknown-reason"
    if rule:
        return [InadmissibleRefused(rule=rule, input_id=context.cause, staff=data.staff)]
    return [
        AdmissibilityDecided(
            admissible=False,
            facts=rules.completed(known(state), {}, state.user_id),
            reasons=data.reasons,
            missing=missing(state, context),
            identity=state.identity,
            allows=context.policy.identity.allows(state.identity),
            decided_by=data.staff,
        )
    ]


def on_proof(state: VerificationState, data: ProofSubmitted, context: Context) -> list[Event]:
    """A proof raises the level, and never lowers it."""
    policy = context.policy.identity
    level = policy.proofs.get(data.proof)
    rule = _unfit(state, data)
    if rule is None and level is None:
        rule = "unknown-proof"
    elif rule is None and data.user_id != (account := account_of(state)):
        rule = "another-account" if account else "no-account"
    elif rule is None and (level or "L0") <= state.identity:
        rule = "proved-already"
    if rule or level is None:
        return [ProofRefused(rule=rule or "", input_id=context.cause, staff=data.staff)]
    return [verified(policy, data.user_id, level, data.proof)]


def on_info_request(
    state: VerificationState, data: InfoRequestSubmitted, context: Context
) -> list[Event]:
    """Ask for more, in one list with what is still asked; never for what we hold."""
    rule, items = _unfit(state, data), data.items
    if rule is None and state.ended in ("withdrawn", "inadmissible"):
        rule = f"already-{state.ended}"
    if rule is None:
        rule, items = _unaskable(state, data.items, context)
    if rule:
        refused = {"input_id": context.cause, "staff": data.staff}
        return [InfoRefused(rule=rule, items=items, **refused)]
    open_ = missing(state, context) if state.waits else ()
    new = tuple(item for item in data.items if item not in open_)
    return [request((*open_, *new), context, data.staff)]


def _unaskable(
    state: VerificationState, items: tuple[str, ...], context: Context
) -> tuple[str | None, tuple[str, ...]]:
    """Why some of the items are not asked, and which: RTS (EU) 2025/294 Art. 5(2)."""
    facts = rules.completed(known(state), {}, state.user_id)
    doubtful = ("user_id",) if state.differs and not state.confirmed else ()
    tests = {
        "held-internally": set(context.policy.verification.internal),
        "no-such-item": set(items) - set(rules.SUPPLIED),
        "already-given": {i for i in rules.SUPPLIED if getattr(facts, i)} - {*doubtful},
        "already-asked": set(missing(state, context)) if state.waits else set(),
    }
    for rule, refused in tests.items():
        found = tuple(item for item in items if item in refused)
        if found:
            return rule, found
    return None, ()


def _unfit(state: VerificationState, data: StaffCommand) -> str | None:
    if MAY_DECIDE.isdisjoint(data.roles):
        return "role-too-low"
    if state.facts is None:
        return "not-received"
    moved_on = 0 < data.expected_sequence < state.sequence
    return "case-moved-on" if moved_on else None
