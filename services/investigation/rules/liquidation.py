"""The judge of liquidations: evidence as the playbook's facts, its finding as remedies."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any

from services.investigation.playbooks.amounts import EXACT, plain, total
from services.investigation.playbooks.facts import FactsError
from services.investigation.playbooks.liquidation import (
    LiquidationFinding,
    Replay,
    judge_liquidation,
)
from services.investigation.playbooks.liquidation_facts import LiquidationCase, liquidation_case
from services.investigation.playbooks.liquidation_words import LIQUIDATION
from services.investigation.rules.filing import content
from services.investigation.rules.judging import Judgement
from services.investigation.rules.liquidation_promises import PROMISES
from services.investigation.state import InvestigationState
from services.investigation.state.case import Details
from shared.decider import Context
from shared.events.base import Remedy

MISSING = "facts-missing"
COMPENSATE = "compensate"
SERIES = ("mark", "last", "index")
OF_POSITION = (
    *("symbol", "kind", "margin_mode", "side", "size", "entry"),
    *("initial_margin", "cross_wallet_extra"),
)


def judged(state: InvestigationState, context: Context) -> Judgement | str:
    """What the liquidation playbook makes of the position that the prices were asked for.

    Prices that were left out may hold the crossing: a person looks then.
    """
    prices = content(state, "prices")
    position = _position(state, prices.get("position"))
    told = {**prices, "tiers": _tiers(state, position)}
    case = facts_of(position, told, context.complaint) if position else None
    quote = PROMISES.quote_of(position["symbol"]) if position else None
    if case is None or quote is None or prices.get("left_out"):
        return MISSING
    found = judge_liquidation(case)
    lost = compensation(case, found.finding) if found.remedy == COMPENSATE else Decimal(0)
    return Judgement(
        finding=found.finding,
        remedy=found.remedy,
        details={"position": prices["position"], **_details(case, found, lost)},
        explanation=found.explanation,
        remedies=(_remedy(state, found, prices["position"], quote, lost),),
        version=LIQUIDATION.version,
    )


def _position(state: InvestigationState, priced: str | None) -> dict[str, Any] | None:
    """The position that the prices belong to: the one named, or the only one liquidated."""
    rows = content(state, "positions").get("rows", [])
    done = [row for row in rows if row["liquidation"]]
    meant = [row for row in done if row["id"] == state.claim.order_id] or done
    return meant[0] if len(meant) == 1 and meant[0]["id"] == priced else None


def _tiers(state: InvestigationState, position: Mapping[str, Any] | None) -> Sequence[Any]:
    """The margin table that was published for the instant of the liquidation."""
    published = content(state, "tiers")
    if not position or published.get("position") != position["id"]:
        return ()
    rows: Sequence[Any] = published.get("tiers", ())
    return rows


def facts_of(
    position: Mapping[str, Any], told: Mapping[str, Any], complaint: str
) -> LiquidationCase | None:
    """The playbook's case of a position, its prices and tiers; None where they say too little."""
    done = position.get("liquidation")
    promise = PROMISES.at(datetime.fromisoformat(done["at"])) if done else None
    if not done or promise is None or position["kind"] == "open":
        return None
    facts = {
        "id": complaint,
        **{name: position.get(name) for name in OF_POSITION},
        "tiers": told["tiers"],
        "added_margin": [
            {"t": _seconds(row["at"]), "amount": row["amount"]} for row in position["added_margin"]
        ],
        **{name: [(_seconds(at), price) for at, price in told.get(name, ())] for name in SERIES},
        "liquidation": {**done, "t": _seconds(done["at"])},
        "rules": {
            "max_mark_index_deviation": promise.max_mark_index_deviation,
            "max_trigger_lag_s": promise.max_trigger_lag_s,
        },
    }
    try:
        return liquidation_case(facts)
    except FactsError:
        return None


def compensation(case: LiquidationCase, finding: str) -> Decimal:
    """What the position was worth at the right price, less what it brought; in quote units.

    Never below nothing, and never more than the margin that was there. Source: domain.md 6 C
    (actual result less the counterfactual one).
    """
    fair, fill = _fair_price(case, finding), case.liquidation.fill_price
    if fair is None or fill is None:
        return Decimal(0)
    put_in = (m.amount for m in case.added_margin if m.t <= case.liquidation.t)
    margin = total((case.own_margin, *put_in))
    lost = EXACT.subtract(_worth(case, margin, fair), _worth(case, margin, fill))
    kept = max(Decimal(0), min(lost, margin))
    return kept.quantize(PROMISES.smallest, ROUND_DOWN, EXACT)


def _fair_price(case: LiquidationCase, finding: str) -> Decimal | None:
    replay, at = Replay(case), case.liquidation.t
    closed_at = PROMISES.closed_at.get(finding)
    if closed_at == "index":
        held = replay.index.held(at)
    else:
        held = replay.mark_crossed if closed_at else replay.mark.held(at)
    return held and held[1]


def _worth(case: LiquidationCase, margin: Decimal, price: Decimal) -> Decimal:
    moved = EXACT.subtract(price, case.entry)
    gain = EXACT.multiply(moved if case.side == "long" else -moved, case.size)
    return max(Decimal(0), EXACT.add(margin, gain))


def _remedy(
    state: InvestigationState, found: LiquidationFinding, position: str, quote: str, lost: Decimal
) -> Remedy:
    if found.remedy != COMPENSATE:
        return Remedy(code=found.remedy)
    return Remedy(
        code=COMPENSATE,
        user_id=state.claim.user_id,
        asset=quote,
        amount=lost,
        thing=f"position|{position}",
    )


def _details(case: LiquidationCase, found: LiquidationFinding, lost: Decimal) -> Details:
    fill = case.liquidation.fill_price
    told: Sequence[tuple[str, str | bool | None]] = (
        ("liquidation_price", found.liquidation_price),
        ("tier_mmr", found.tier_mmr),
        ("fill_price", None if fill is None else plain(fill)),
        ("liquidated_at", _instant(case.liquidation.t)),
        ("mark_crossed_at", _instant(found.first_mark_cross_t)),
        ("last_crossed_at", _instant(found.first_last_cross_t)),
        ("nothing_lost", (found.remedy == COMPENSATE and not lost) or None),
    )
    return {name: value for name, value in told if value is not None}


def _seconds(instant: str) -> Decimal:
    return Decimal(str(datetime.fromisoformat(instant).timestamp()))


def _instant(seconds: Decimal | float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(float(seconds), UTC).isoformat()
