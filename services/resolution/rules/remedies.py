"""From the remedies of a proposal to the effects on the exchange, in their order."""

import re
from collections.abc import Iterator, Sequence
from decimal import ROUND_DOWN, Decimal

from services.resolution.rules.freezes import (
    PLAIN_USER,
    WITHDRAWALS,
    freeze_by_person,
    last_freeze,
)
from services.resolution.state.case import ResolutionState
from shared.decider import Context
from shared.events.base import Remedy
from shared.events.investigation import RemedyProposed
from shared.events.resolution import Action, EffectFailed, EffectRequested
from shared.policy import ResolutionPolicy
from shared.rules.remedies import REMEDIES, Take

Step = tuple[Action, Remedy]

MONEY: tuple[Action, ...] = ("credit", "compensate")
GOODWILL = "goodwill"
SCOPES = frozenset({"withdrawals", "api_keys", "sessions", "trading", "login"})
PLAIN_THING = re.compile(r"[A-Za-z0-9._:@|+~-]{1,180}")
PLAIN_ASSET = re.compile(r"[A-Za-z0-9_-]{1,32}")
# What the exchange's ledger can hold: 20 digits before the point, 18 behind it, not zero.
LEDGER_AMOUNT = re.compile(r"(?=.*[1-9])[0-9]{1,20}(\.[0-9]{1,18})?")
MOST_DIGITS = 60
SMALLEST = Decimal("0.00000001")


def steps_of(proposal: RemedyProposed, state: ResolutionState, context: Context) -> Iterator[Step]:
    """What has to be done on the exchange; most remedies are words and need nothing there."""
    policy = context.policy.resolution
    steps = ((take, r) for r in proposal.remedies if r.code in REMEDIES for take in _takes(r))
    for take, remedy in steps:
        match take:
            case "delay":
                yield from _for_delay(remedy, policy.delay_compensation_rate)
            case "goodwill":
                yield from _for_goodwill(remedy, f"{context.complaint}|{proposal.level}")
            case "credit" | "compensate":
                yield take, remedy
            case "freeze" | "unfreeze":
                user_id = remedy.user_id or state.user_id
                scope = remedy.scope or _usual_scope(take, policy)
                yield take, remedy.model_copy(update={"user_id": user_id, "scope": scope})


def _takes(remedy: Remedy) -> tuple[Take, ...]:
    return REMEDIES[remedy.code].takes


def _for_goodwill(remedy: Remedy, decision: str) -> Iterator[Step]:
    """Nothing is owed, so what is paid for is the decision itself: once at each of its levels."""
    if remedy.amount is not None:
        yield "compensate", remedy.model_copy(update={"thing": f"{GOODWILL}|{decision}"})


def _usual_scope(action: Action, policy: ResolutionPolicy) -> tuple[str, ...]:
    """Withdrawals are lifted by the command alone, which keeps them locked for a while."""
    usual = policy.freeze_scope_verified
    return usual if action == "freeze" else tuple(s for s in usual if s != WITHDRAWALS)


def _for_delay(remedy: Remedy, rate: Decimal) -> Iterator[Step]:
    """The compensation for a late credit: a thing of its own, so that it too is paid once."""
    amount = ((remedy.amount or 0) * rate).quantize(SMALLEST, ROUND_DOWN)
    if amount:
        update = {"amount": amount, "thing": f"{remedy.thing}|delay"}
        yield "compensate", remedy.model_copy(update=update)


def fault_of(step: Step) -> str | None:
    """What keeps a step from being a request to the exchange, as a code."""
    action, remedy = step
    needs = [("user", remedy.user_id, PLAIN_USER)]
    if action in MONEY:
        amount = None if remedy.amount is None else _written(remedy.amount)
        needs += [
            ("asset", remedy.asset, PLAIN_ASSET),
            ("amount", amount, LEDGER_AMOUNT),
            ("thing", remedy.thing, PLAIN_THING),
        ]
    elif not SCOPES.issuperset(remedy.scope):
        return "scope-malformed"
    elif action == "unfreeze" and WITHDRAWALS in remedy.scope:
        return "withdrawals-locked"
    for name, value, shape in needs:
        if not value:
            return f"{name}-missing"
        if not shape.fullmatch(value):
            return f"{name}-malformed"
    return None


def _written(amount: Decimal) -> str:
    """The amount's digits; one of an absurd size stays short, written out it could fill memory."""
    return format(amount, "f") if abs(amount.adjusted()) <= MOST_DIGITS else str(amount)


def plan_of(
    proposal: RemedyProposed, state: ResolutionState, context: Context
) -> tuple[EffectRequested, ...] | EffectFailed:
    """The proposal's effects, each after the one before it; or what is wrong with one of them.

    What this case paid already in the same terms is part of the plan, and not done again.
    """
    steps: list[Step] = []
    # One after the other: what a delay costs can be told only of an amount that is sound.
    for step in steps_of(proposal, state, context):
        if fault := fault_of(step):
            return _failed(step[0], fault, proposal)
        steps.append(step)
    plan: list[EffectRequested] = []
    for step in steps:
        order = _order(step, proposal, state, context)
        if clash := _clash(order, plan, state):
            return _failed(order.action, clash, proposal)
        plan.append(order.model_copy(update={"after": plan[-1].key}) if plan else order)
    return tuple(plan)


def _failed(action: Action, problem: str, proposal: RemedyProposed) -> EffectFailed:
    proposal_id = proposal.proposal_id
    key = f"{action}|{proposal_id}"
    return EffectFailed(key=key, action=action, problem=problem, proposal_id=proposal_id)


def _clash(
    order: EffectRequested, plan: Sequence[EffectRequested], state: ResolutionState
) -> str | None:
    """One thing is paid for once: not twice in a plan, not again in other terms later."""
    if any(order.key == other.key for other in plan):
        return "thing-repeated"
    done = state.effect(order.key)
    if done and done.status != "failed" and _terms(done.order) != _terms(order):
        return "thing-already-paid"
    return None


def _terms(order: EffectRequested) -> tuple[str, str | None, Decimal | None]:
    return order.user_id, order.asset, order.amount


def _order(
    step: Step, proposal: RemedyProposed, state: ResolutionState, context: Context
) -> EffectRequested:
    action, remedy = step
    user_id, proposal_id = str(remedy.user_id), proposal.proposal_id
    if action in MONEY:
        return _payment(action, user_id, remedy, proposal_id)
    if action == "freeze":
        policy = context.policy.resolution
        order = freeze_by_person(user_id, proposal_id, context.now, policy)
        return order.model_copy(update={"scope": remedy.scope, "proposal_id": proposal_id})
    return EffectRequested(
        key=f"unfreeze|{user_id}|{proposal_id}",
        action="unfreeze",
        user_id=user_id,
        scope=remedy.scope,
        proposal_id=proposal_id,
        after=last_freeze(state, user_id),
    )


def _payment(action: Action, user_id: str, remedy: Remedy, proposal_id: str) -> EffectRequested:
    """Key: the thing paid for, whatever the case of its letters, and never the complaint."""
    thing = str(remedy.thing)
    return EffectRequested(
        key=f"{action}|{thing.lower()}",
        action=action,
        user_id=user_id,
        asset=remedy.asset,
        amount=remedy.amount,
        reference=_reference(thing) if action == "credit" else thing,
        proposal_id=proposal_id,
    )


def _reference(thing: str) -> str:
    """What a credit is of, as the exchange names it: an output of a transaction, a withdrawal."""
    kind, _, rest = thing.partition("|")
    named = thing if kind == "withdrawal" else rest or thing
    return named.replace("|", ":")
