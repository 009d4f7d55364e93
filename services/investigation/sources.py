"""The outside sources: each answers with a JSON object that is kept as evidence."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from services.investigation.playbooks.chains import transaction_id
from services.investigation.playbooks.esplora import BLOCK
from services.investigation.rules.compact import (
    LARGEST,
    Answers,
    compact,
    newest,
    paid_addresses,
    transaction_of,
)
from services.investigation.rules.plan import code_of
from shared.connectors.esplora import Esplora
from shared.connectors.exchange import Exchange
from shared.connectors.models import Account, Asset
from shared.events.investigation import ClaimedFacts

Answer = dict[str, Any]
MOST_OWNERS = 20
AROUND = timedelta(minutes=5)
DAY = timedelta(days=1)
HIDDEN = {"name", "email", "phone", "contacts"}  # evidence holds no more of a person than it needs


class Sources:
    """Asks the exchange and the chain; every call raises TransientError or Refused.

    `earlier` holds, by complaint, the transaction that an older open complaint of the same
    account is about already.
    """

    def __init__(
        self, exchange: Exchange, esplora: Esplora, earlier: Mapping[str, Sequence[str]]
    ) -> None:
        self.exchange = exchange
        self.esplora = esplora
        self.earlier = earlier
        self.assets: dict[str, Asset | None] = {}
        self.by_name = {
            "account": self._account,
            "logins": self._logins,
            "withdrawals": self._withdrawals,
            "positions": self._positions,
            "orders": self._orders,
            "transfers": self._transfers,
            "prices": self._prices,
            "incidents": self._incidents,
            "chain": self._chain,
        }

    async def ask(self, source: str, complaint: str, claim: ClaimedFacts) -> Answer:
        """What one source of the plan answers."""
        if source == "ledger":
            return await self._ledger(complaint, claim)
        return await self.by_name[source](claim)

    async def _account(self, claim: ClaimedFacts) -> Answer:
        account = await self.exchange.account(str(claim.user_id))
        return {"account": account and account.model_dump(mode="json", exclude=HIDDEN)}

    async def _logins(self, claim: ClaimedFacts) -> Answer:
        return _rows(await self.exchange.logins(str(claim.user_id)))

    async def _withdrawals(self, claim: ClaimedFacts) -> Answer:
        return _rows(await self.exchange.withdrawals(str(claim.user_id)))

    async def _positions(self, claim: ClaimedFacts) -> Answer:
        return _rows(await self.exchange.positions(str(claim.user_id)))

    async def _orders(self, claim: ClaimedFacts) -> Answer:
        """The newest orders, and the one named however old it is."""
        found = await self.exchange.orders(str(claim.user_id))
        named = next((order for order in found if order.id == claim.order_id), None)
        return {**_rows(found), "named": named and named.model_dump(mode="json")}

    async def _transfers(self, claim: ClaimedFacts) -> Answer:
        return _rows(await self.exchange.transfers(str(claim.user_id)))

    async def _incidents(self, claim: ClaimedFacts) -> Answer:
        """What did not work in the days around the time told, else around the complaint."""
        at = claim.occurred_at or claim.received_at
        return _rows(await self.exchange.incidents(at - DAY, at + DAY) if at else ())

    async def _prices(self, claim: ClaimedFacts) -> Answer:
        """The minutes around the liquidation of the position named, else around the latest."""
        held = [p for p in await self.exchange.positions(str(claim.user_id)) if p.liquidation]
        position = next((p for p in held if p.id == claim.order_id), held[-1] if held else None)
        if position is None or position.liquidation is None:
            return {"position": None}
        at = position.liquidation.at
        prices = await self.exchange.prices(position.symbol, at - AROUND, at + AROUND)
        series = prices.model_dump(mode="json") if prices else {}
        cut = {name: newest(points, LARGEST // 3) for name, points in series.items()}
        return {"position": position.id, "symbol": position.symbol, **cut}

    async def _ledger(self, complaint: str, claim: ClaimedFacts) -> Answer:
        """The ledger's rows of the transaction, and what a deposit of the asset needs."""
        code, txid = code_of(claim), transaction_id(claim.txid or "")
        asset = await self._asset(code) if code else None
        rows = await self.exchange.ledger(txid) if txid else ()
        return {
            **_rows(rows),
            "code": code,
            "asset": asset and asset.model_dump(mode="json"),
            "earlier_claims": list(self.earlier.get(complaint, ())),
        }

    async def _asset(self, code: str) -> Asset | None:
        if code not in self.assets:
            self.assets[code] = await self.exchange.asset(code)
        return self.assets[code]

    async def _chain(self, claim: ClaimedFacts) -> Answer:
        """The node's answers; whose the coins are is asked where they are not the account's."""
        responses: Answers = await self.responses(str(claim.txid))
        paid = paid_addresses(responses)
        account = await self.exchange.account(claim.user_id) if claim.user_id else None
        ours = set(account.deposit_addresses.values()) if account else set()
        answer: Answer = {"others": [], "withdrawal": False}
        if account and ours.isdisjoint(paid):
            answer["others"] = await self._others(paid[:MOST_OWNERS], account)
            answer["withdrawal"] = await self._is_withdrawal(str(claim.txid), account)
        keep = {*ours, *answer["others"], claim.address or ""}
        return {**answer, "responses": compact(responses, keep)}

    async def responses(self, txid: str) -> Answers:
        """The node's answers about a transaction, whether its block still stands included."""
        responses: Answers = await self.esplora.responses(txid)
        block = transaction_of(responses).get("status", {}).get("block_hash")
        if block:
            stands = await self.esplora.in_best_chain(block)
            responses[BLOCK] = {"status": 200, "json": {"in_best_chain": stands}}
        return responses

    async def _others(self, paid: Iterable[str], account: Account) -> list[str]:
        owners = [(address, await self.exchange.owner_of(address)) for address in paid]
        return [address for address, who in owners if who not in {None, account.user_id}]

    async def _is_withdrawal(self, txid: str, account: Account) -> bool:
        rows = await self.exchange.withdrawals(account.user_id)
        return any(transaction_id(row.txid or "") == txid for row in rows)


def _rows(found: Sequence[BaseModel]) -> Answer:
    rows = [row.model_dump(mode="json") for row in found]
    kept = newest(rows)
    return {"rows": kept, "left_out": len(rows) - len(kept)}
