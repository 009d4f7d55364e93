"""The table of judges: one for each playbook that a plan may name."""

from collections.abc import Mapping
from types import MappingProxyType

from services.investigation.rules import (
    api_calls,
    deposit,
    kyc,
    liquidation,
    suggestion,
    takeover,
    trade,
    withdrawal,
)
from services.investigation.rules.judging import Judge
from services.investigation.rules.plan import (
    API,
    DEPOSIT,
    KYC,
    LIQUIDATION,
    SUGGESTION,
    TAKEOVER,
    TRADE,
    WITHDRAWAL,
)

JUDGES: Mapping[str, Judge] = MappingProxyType(
    {
        DEPOSIT: deposit.judged,
        LIQUIDATION: liquidation.judged,
        TAKEOVER: takeover.judged,
        WITHDRAWAL: withdrawal.judged,
        TRADE: trade.judged,
        KYC: kyc.judged,
        API: api_calls.judged,
        SUGGESTION: suggestion.judged,
    }
)
