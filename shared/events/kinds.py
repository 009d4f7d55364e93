"""Kinds of matters and their urgency, apart from the events: what only names them stays light."""

from typing import Literal

Category = Literal[
    "account_security",
    "contract_liquidation",
    "kyc",
    "deposit_withdrawal",
    "trade_execution",
    "api",
    "product_suggestion",
    "other",
]
Priority = Literal["P1", "P2", "P3", "P4"]
