"""The table of judges: one for each playbook that a plan may name."""

from collections.abc import Mapping
from types import MappingProxyType

from services.investigation.rules import deposit, liquidation, takeover, withdrawal
from services.investigation.rules.judging import Judge
from services.investigation.rules.plan import DEPOSIT, LIQUIDATION, TAKEOVER, WITHDRAWAL

JUDGES: Mapping[str, Judge] = MappingProxyType(
    {
        DEPOSIT: deposit.judged,
        LIQUIDATION: liquidation.judged,
        TAKEOVER: takeover.judged,
        WITHDRAWAL: withdrawal.judged,
    }
)
