"""Resolution's second look: a day after a decision the exchange is asked whether it still holds."""

from typing import cast

from services.resolution.rules.effectiveness import frozen, lost, payments
from services.resolution.state import ResolutionState
from shared.connectors.exchange import Exchange, Refused
from shared.errors import TransientError
from shared.events.resolution import EffectsRead
from shared.runner.due import Claim


async def look_again(exchange: Exchange, claim: Claim) -> EffectsRead:
    """Read back every effect of the case. Raises TransientError while the exchange is away."""
    state = cast("ResolutionState", claim.state)
    try:
        receipts = {key: await exchange.action(key) for key in payments(state)}
        users = frozen(state, claim.now)
        accounts = {user: await exchange.account(user) for user in users}
    except Refused as no:
        raise TransientError("the second look is refused") from no
    standing = {key for key, receipt in receipts.items() if receipt is not None}
    restricted = {user: found.restrictions for user, found in accounts.items() if found}
    gone = lost(state, standing, restricted, claim.now)
    return EffectsRead(key=claim.item.key, put_by=claim.item.event, lost=gone)
