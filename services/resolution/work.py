"""Resolution's outside work: actions on the exchange, each read back before it counts."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import cast

from services.resolution.counting import measured
from services.resolution.lifting import lifted
from services.resolution.looking import look_again
from services.resolution.others import Kept, kept_in, nobody
from services.resolution.rules.effectiveness import CHECK
from services.resolution.rules.remedies import MONEY
from services.resolution.state import ResolutionState
from services.resolution.state.reviews import MEASURE
from shared.connectors.exchange import Exchange, Refused
from shared.connectors.models import ActionReceipt, Scope
from shared.errors import TransientError
from shared.events.resolution import CasesCounted, EffectCarriedOut, EffectRequested, EffectsRead
from shared.runner.app import Wiring
from shared.runner.due import Claim, Work, each

CONFLICT = "idempotency_conflict"
ALREADY_CREDITED = "already_credited"
# An action that was applied before we asked for it was another complaint's; the two clocks may
# differ by this much.
CLOCK_SKEW = timedelta(seconds=2)


def work(wiring: Wiring) -> Mapping[str, Work]:
    """Acts on the exchange of the settings."""
    settings = wiring.settings
    token = settings.exchange_token.get_secret_value()
    exchange = Exchange(wiring.http, settings.exchange_url, token)
    cases = wiring.database["resolution"]
    kept = kept_in(cases)

    async def act(claim: Claim) -> EffectCarriedOut:
        try:
            return await carry_out(exchange, claim, kept)
        except Refused as no:
            raise TransientError("the read-back is refused") from no

    async def check(claim: Claim) -> EffectsRead:
        return await look_again(exchange, claim)

    async def measure(claim: Claim) -> CasesCounted:
        return await measured(cases, claim)

    return {"act": each(act), CHECK: each(check), MEASURE.rstrip(":"): each(measure)}


async def carry_out(exchange: Exchange, claim: Claim, kept: Kept = nobody) -> EffectCarriedOut:
    """Ask for the action under its key, then believe only what can be read back.

    Raises TransientError when the answer or the read-back is missing: the same key again is safe.
    """
    item, state = claim.item, cast("ResolutionState", claim.state)
    order = state.order(item.key)
    if order.action == "unfreeze":
        return await lifted(exchange, claim, order, kept)
    problem = await _asked(exchange, order)
    receipt = None
    if problem in {None, CONFLICT}:
        receipt = await _applied(exchange, order)
        before = receipt.applied_at < item.at - CLOCK_SKEW
        problem = await _difference(exchange, order, receipt, before or problem == CONFLICT)
    return EffectCarriedOut(
        key=item.key,
        put_by=item.event,
        status="refused" if problem else "applied",
        applied_at=receipt.applied_at if receipt else None,
        problem=problem,
    )


async def _asked(exchange: Exchange, order: EffectRequested) -> str | None:
    """The exchange's final no, if it says so."""
    scope = cast("tuple[Scope, ...]", order.scope)
    try:
        if order.action == "freeze":
            await exchange.freeze(order.key, order.user_id, scope, order.expires_at)
        elif order.action == "cancel_withdrawal":
            await exchange.cancel_withdrawal(order.key, order.user_id, order.reference or "")
        else:
            await _paid(exchange, order)
    except Refused as no:
        return no.slug
    return None


async def _paid(exchange: Exchange, order: EffectRequested) -> None:
    pay = exchange.credit if order.action == "credit" else exchange.compensate
    amount = order.amount or Decimal(0)
    await pay(order.key, order.user_id, order.asset or "", amount, order.reference or "")


async def _applied(exchange: Exchange, order: EffectRequested) -> ActionReceipt:
    receipt = await exchange.action(order.key)
    if receipt is None:
        raise TransientError("the action cannot be read back")
    return receipt


async def _still_going(exchange: Exchange, order: EffectRequested) -> str | None:
    name = (order.reference or "").partition(":")[2]
    found = {row.id: row.state for row in await exchange.withdrawals(order.user_id)}
    return None if found.get(name) == "cancelled" else "still_going"


async def _difference(
    exchange: Exchange, order: EffectRequested, receipt: ActionReceipt, others: bool
) -> str | None:
    """What the read-back shows beside what was asked for; `others`: not by this request.

    A payment that another complaint got is not this one's. A freeze that another one got
    serves this one too, as long as it holds.
    """
    if order.action in MONEY:
        return ALREADY_CREDITED if others else None
    if (receipt.action, receipt.user_id) != (order.action, order.user_id):
        return CONFLICT
    if order.action == "cancel_withdrawal":
        return await _still_going(exchange, order)
    account = await exchange.account(order.user_id)
    if account is None:
        raise TransientError("the account cannot be read back")
    return None if set(account.restrictions).issuperset(order.scope) else "not_in_force"
