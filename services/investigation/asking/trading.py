"""What the exchange knows of trading: positions, orders, prices, and what did not work."""

from datetime import datetime, timedelta

from services.investigation.asking.question import Answer, Asking, rows
from services.investigation.rules.compact import LARGEST, newest
from shared.connectors.futures import Position
from shared.events.investigation import ClaimedFacts

BEFORE, AFTER = timedelta(minutes=5), timedelta(minutes=1)
DAY = timedelta(days=1)


async def positions(asking: Asking, claim: ClaimedFacts) -> Answer:
    """The futures positions."""
    return rows(await asking.exchange.positions(str(claim.user_id)))


async def orders(asking: Asking, claim: ClaimedFacts) -> Answer:
    """The newest orders, and the one named however old it is."""
    found = await asking.exchange.orders(str(claim.user_id))
    named = next((order for order in found if order.id == claim.order_id), None)
    return {**rows(found), "named": named and named.model_dump(mode="json")}


async def incidents(asking: Asking, claim: ClaimedFacts) -> Answer:
    """What did not work in the days around the time told, else around the complaint."""
    at = claim.occurred_at or claim.received_at
    return rows(await asking.exchange.incidents(at - DAY, at + DAY) if at else ())


async def prices(asking: Asking, claim: ClaimedFacts) -> Answer:
    """The minutes around the liquidation of the position named, else around the latest.

    `left_out`: how many early prices did not fit.
    """
    position, at = await _liquidated(asking, claim)
    if position is None or at is None:
        return {"position": None}
    found = await asking.exchange.prices(position.symbol, at - BEFORE, at + AFTER)
    series = found.model_dump(mode="json") if found else {}
    cut = {name: newest(points, LARGEST // 3) for name, points in series.items()}
    left_out = sum(len(points) - len(cut[name]) for name, points in series.items())
    return {"position": position.id, "symbol": position.symbol, "left_out": left_out, **cut}


async def tiers(asking: Asking, claim: ClaimedFacts) -> Answer:
    """The margin table that was in force at that liquidation; none where none was published."""
    position, at = await _liquidated(asking, claim)
    if position is None or at is None:
        return {"position": None}
    table = await asking.exchange.tiers(position.symbol, at)
    shown = table.model_dump(mode="json") if table else {"tiers": []}
    return {"position": position.id, **shown}


async def _liquidated(
    asking: Asking, claim: ClaimedFacts
) -> tuple[Position | None, datetime | None]:
    held = [p for p in await asking.exchange.positions(str(claim.user_id)) if p.liquidation]
    position = next((p for p in held if p.id == claim.order_id), held[-1] if held else None)
    done = position and position.liquidation
    return position, done.at if done else None
