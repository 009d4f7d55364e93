"""Liquidation disputes: 1 BTC long from 60000, ten times, 0.4 %: liquidated at 54216.8675."""

from typing import Any

from services.investigation.playbooks.liquidation import LiquidationFinding, judge_liquidation
from services.investigation.playbooks.liquidation_facts import liquidation_case

T = 1000
TIERS = [
    {"notional_cap": "250000", "mmr": "0.004", "cum": "0"},
    {"notional_cap": "1000000", "mmr": "0.01", "cum": "1500"},
]
SHORT = {"side": "short", "entry": "60000"}


def facts(**changes: Any) -> dict[str, Any]:
    case: dict[str, Any] = {
        "id": "1",
        "symbol": "BTCUSDT",
        "kind": "liquidation",
        "margin_mode": "isolated",
        "side": "long",
        "size": "1",
        "entry": "60000",
        "leverage": "10",
        "initial_margin": "6000",
        "added_margin": [],
        "tiers": TIERS,
        "mark": [[T - 10, "55000"], [T - 1, "54200"]],
        "last": [[T - 10, "55000"], [T - 1, "54200"]],
        "index": [[T - 10, "55000"], [T - 1, "54200"]],
        "liquidation": {"t": T, "fill_price": "54190", "engine_mmr": "0.004"},
        "rules": {
            "trigger": "mark price",
            "max_mark_index_deviation": "0.01",
            "max_trigger_lag_s": 5,
        },
    }
    return {**case, **changes}


def judged(**changes: Any) -> LiquidationFinding:
    return judge_liquidation(liquidation_case(facts(**changes)))
