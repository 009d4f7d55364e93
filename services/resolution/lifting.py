"""Lifting a freeze: only what no other case holds, read back, and put back where one came since."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from services.resolution.others import Kept
from services.resolution.rules.freezes import FOREVER
from shared.connectors.exchange import Exchange, Refused
from shared.connectors.models import Scope
from shared.errors import TransientError
from shared.events.resolution import EffectCarriedOut, EffectRequested
from shared.runner.due import Claim

if TYPE_CHECKING:
    from datetime import datetime

PUT_BACK = "|put-back"


async def lifted(
    exchange: Exchange, claim: Claim, order: EffectRequested, kept: Kept
) -> EffectCarriedOut:
    """Lift what this case alone froze; believe the account, not the answer.

    Raises TransientError when an answer is missing: asked again it does the same.
    """
    held = set(await kept(order.user_id, claim.complaint, claim.now))
    scope = tuple(s for s in order.scope if s not in held)
    applied_at: datetime | None = None
    problem = None
    if scope:
        key = order.key if scope == order.scope else f"{order.key}|{'+'.join(scope)}"
        problem = await _asked(exchange, key, order.user_id, scope)
        # A freeze of another case may have come while this one was lifted: it is put back.
        held |= await _put_back(exchange, claim, order, scope, kept)
        if problem is None:
            receipt = await exchange.action(key)
            applied_at = receipt.applied_at if receipt else None
            problem = await _still_there(exchange, order.user_id, set(scope) - held)
    return EffectCarriedOut(
        key=claim.item.key,
        put_by=claim.item.event,
        status="refused" if problem else "applied",
        applied_at=applied_at,
        problem=problem,
        kept=tuple(s for s in order.scope if s in held),
    )


async def _asked(exchange: Exchange, key: str, user_id: str, scope: tuple[str, ...]) -> str | None:
    try:
        await exchange.unfreeze(key, user_id, cast("tuple[Scope, ...]", scope))
    except Refused as no:
        return no.slug
    return None


async def _put_back(
    exchange: Exchange,
    claim: Claim,
    order: EffectRequested,
    scope: tuple[str, ...],
    kept: Kept,
) -> set[str]:
    again = await kept(order.user_id, claim.complaint, claim.now)
    put_back = sorted(set(again).intersection(scope))
    for name in put_back:
        until = None if again[name] == FOREVER else again[name]
        key = f"{order.key}{PUT_BACK}|{name}"
        await exchange.freeze(key, order.user_id, (cast("Scope", name),), until)
    return set(put_back)


async def _still_there(exchange: Exchange, user_id: str, scope: set[str]) -> str | None:
    account = await exchange.account(user_id)
    if account is None:
        raise TransientError("the account cannot be read back")
    return "still_restricted" if scope.intersection(account.restrictions) else None
