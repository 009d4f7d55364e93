"""What a freeze covers, how long it holds, and by which key it happens once."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from services.resolution.rules.proofs import lacking
from services.resolution.state.case import UNPROVED, Approval, ResolutionState
from shared.decider import Context
from shared.events.base import Event
from shared.events.resolution import EffectRequested, FreezeKept, LockEnded, WithdrawalsLocked
from shared.policy import ResolutionPolicy

UNFREEZE, WRONGFUL = "unfreeze", "wrongful-freeze"
WITHDRAWALS = "withdrawals"
PROVEN = "|verified"
FOREVER = datetime.max.replace(tzinfo=UTC)
# A key travels in a header and in a path, so what it is made of must be plain.
PLAIN_USER = re.compile(r"[A-Za-z0-9._:@+~-]{1,100}")


def freeze_in_emergency(
    user_id: str, identity: str, now: datetime, policy: ResolutionPolicy
) -> EffectRequested:
    """Freeze for whoever says that funds are in danger.

    Without proof of identity: withdrawals only and for a while. One such freeze for an account
    and UTC day, however many complaints ask for it; one more for a proven owner, so that an
    impostor's complaint cannot use it up.
    """
    unproven = identity == UNPROVED
    return EffectRequested(
        key=_key(user_id, now) + ("" if unproven else PROVEN),
        action="freeze",
        user_id=user_id,
        scope=policy.freeze_scope_unverified if unproven else policy.freeze_scope_verified,
        expires_at=now + policy.freeze_unverified if unproven else None,
    )


def again(order: EffectRequested, mark: str) -> EffectRequested:
    """The same freeze under a key of its own: what its key once did was lifted since."""
    return order.model_copy(update={"key": f"{order.key}|{mark}"})


def wears_off(order: EffectRequested, problem: str | None) -> bool:
    """Whether a proved owner's freeze is not in force, though its key was used by somebody.

    A stranger's day is used up by one freeze; a proved owner's is not.
    """
    return order.key.endswith(PROVEN) and problem == "not_in_force"


def freeze_by_person(
    user_id: str, cause: str, now: datetime, policy: ResolutionPolicy
) -> EffectRequested:
    """Freeze because a member of staff says so; holds until it is lifted."""
    return EffectRequested(
        key=f"{_key(user_id, now)}|{cause}",
        action="freeze",
        user_id=user_id,
        scope=policy.freeze_scope_verified,
    )


def covered(state: ResolutionState, wanted: EffectRequested, now: datetime) -> bool:
    """Whether this case froze all of it already; a freeze that runs out covers no lasting one."""
    standing = state.frozen(now if wanted.expires_at else FOREVER)
    return standing >= {(wanted.user_id, scope) for scope in wanted.scope}


def standing(state: ResolutionState, now: datetime) -> frozenset[tuple[str, str]]:
    """What two people can lift; withdrawals that wait for their lock are on their way already."""
    return state.frozen(now).difference((user, WITHDRAWALS) for user in state.locked())


def liftable(state: ResolutionState, reason: str, context: Context) -> frozenset[tuple[str, str]]:
    """Account and scope of what this case froze, of accounts whose owner is proved.

    What should never have been frozen is lifted without one where nobody proved anything of the
    account in this case: its owner has another case, or none.
    """
    policy = context.policy.identity
    return frozenset(
        (user, scope)
        for user, scope in standing(state, context.now)
        if (reason == WRONGFUL and state.proof_of(user) == UNPROVED)
        or lacking("unfreeze", user, state, policy) is None
    )


def unfreezes(state: ResolutionState, awaited: Approval, context: Context) -> tuple[Event, ...]:
    """Lift what may be lifted, account by account, never before the freeze is done.

    What stays frozen is said, so that nobody takes it for lifted.
    """
    lifted = liftable(state, awaited.reason, context)
    kept = standing(state, context.now) - lifted
    stages = (
        event
        for user_id in _users(lifted)
        for event in _stages(state, user_id, _scope(lifted, user_id), awaited, context)
    )
    return (*stages, *(_kept(state, u, _scope(kept, u), awaited, context) for u in _users(kept)))


def _stages(
    state: ResolutionState,
    user_id: str,
    scope: tuple[str, ...],
    awaited: Approval,
    context: Context,
) -> Iterator[Event]:
    """Log-in, sessions and trade now, withdrawals after the lock.

    A thief who passes for the owner still has the lock between himself and the money, and the
    owner that time to object. Where nobody proved anything, a wrongful freeze is lifted whole.
    """
    locked = state.proof_of(user_id) != UNPROVED and WITHDRAWALS in scope
    now = tuple(s for s in scope if not (locked and s == WITHDRAWALS))
    key, proposal_id = f"unfreeze|{user_id}|{awaited.proposal_id}", awaited.proposal_id
    if now:
        yield _unfreeze(state, key, user_id, now, proposal_id)
    if locked:
        yield WithdrawalsLocked(
            key=f"{key}|{WITHDRAWALS}",
            user_id=user_id,
            until=context.now + context.policy.resolution.unfreeze_lock,
            proposal_id=proposal_id,
        )


def unlocked(
    state: ResolutionState, key: str, user_id: str, proposal_id: str, now: datetime
) -> list[Event]:
    """The second stage, once the lock is over; nothing where no freeze of the case stands."""
    if (user_id, WITHDRAWALS) not in state.frozen(now):
        return [LockEnded(key=key, user_id=user_id, reason="ran_out")]
    order = _unfreeze(state, key, user_id, (WITHDRAWALS,), proposal_id)
    return [LockEnded(key=key, user_id=user_id, reason="over"), order]


def _unfreeze(
    state: ResolutionState, key: str, user_id: str, scope: tuple[str, ...], proposal_id: str
) -> EffectRequested:
    return EffectRequested(
        key=key,
        action="unfreeze",
        user_id=user_id,
        scope=scope,
        proposal_id=proposal_id,
        after=last_freeze(state, user_id),
    )


def _kept(
    state: ResolutionState,
    user_id: str,
    scope: tuple[str, ...],
    awaited: Approval,
    context: Context,
) -> FreezeKept:
    return FreezeKept(
        user_id=user_id,
        scope=scope,
        needed=context.policy.identity.actions["unfreeze"],
        proved=state.proof_of(user_id),
        proposal_id=awaited.proposal_id,
    )


def _scope(frozen: Iterable[tuple[str, str]], user_id: str) -> tuple[str, ...]:
    return tuple(sorted(scope for user, scope in frozen if user == user_id))


def last_freeze(state: ResolutionState, user_id: str) -> str | None:
    """The key of the latest freeze of an account."""
    orders = [e.order for e in state.effects if e.order.user_id == user_id]
    return next((o.key for o in reversed(orders) if o.action == "freeze"), None)


def _users(frozen: Iterable[tuple[str, str]]) -> list[str]:
    return sorted({user for user, _ in frozen})


def _key(user_id: str, now: datetime) -> str:
    return f"freeze|{user_id}|{now:%Y-%m-%d}"
