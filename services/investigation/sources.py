"""The outside sources: each answers with a JSON object that is kept as evidence."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from services.investigation.asking import accounts, deposits, executions, trading, withdrawals
from services.investigation.asking.question import Answer, Asking, Question
from shared.connectors.exchange import Exchange
from shared.connectors.nodes import Nodes
from shared.events.investigation import ClaimedFacts

QUESTIONS: Mapping[str, Question] = MappingProxyType(
    {
        "account": accounts.account,
        "logins": accounts.logins,
        "withdrawals": accounts.withdrawals,
        "transfers": accounts.transfers,
        "identity": accounts.identity,
        "api_calls": accounts.api_calls,
        "positions": trading.positions,
        "orders": trading.orders,
        "execution": executions.execution,
        "prices": trading.prices,
        "tiers": trading.tiers,
        "incidents": trading.incidents,
        "chain": deposits.chain,
        "payout": withdrawals.payout,
    }
)


class Sources:
    """Asks the exchange and the networks' nodes; every call raises TransientError or Refused.

    `earlier` holds, by complaint, the transaction that an older open complaint of the same
    account is about already.
    """

    def __init__(
        self, exchange: Exchange, nodes: Nodes, earlier: Mapping[str, Sequence[str]]
    ) -> None:
        self.exchange = exchange
        self.nodes = nodes
        self.asking = Asking(exchange, nodes, earlier)

    async def ask(self, source: str, complaint: str, claim: ClaimedFacts) -> Answer:
        """What one source of the plan answers."""
        if source == "ledger":
            return await deposits.ledger(self.asking, complaint, claim)
        return await QUESTIONS[source](self.asking, claim)

    async def probed(self, network: str, txid: str) -> Answer:
        """What the network's nodes say and, where they know nothing, those of the others."""
        return await deposits.probed(self.nodes, network, txid)
