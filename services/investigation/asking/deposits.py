"""What is known of a deposit: the ledger's rows, and the chain's answers."""

from collections.abc import Iterable

from services.investigation.asking.question import Answer, Asking, rows
from services.investigation.playbooks.chains import transaction_id
from services.investigation.playbooks.esplora import BLOCK
from services.investigation.rules.compact import (
    Answers,
    compact,
    paid_addresses,
    transaction_of,
)
from services.investigation.rules.plan import code_of
from shared.connectors.esplora import Esplora
from shared.connectors.models import Account, Asset
from shared.events.investigation import ClaimedFacts

MOST_OWNERS = 20


async def ledger(asking: Asking, complaint: str, claim: ClaimedFacts) -> Answer:
    """The ledger's rows of the transaction, and what a deposit of the asset needs."""
    code, txid = code_of(claim), transaction_id(claim.txid or "")
    asset = await _asset(asking, code) if code else None
    found = await asking.exchange.ledger(txid) if txid else ()
    return {
        **rows(found),
        "code": code,
        "asset": asset and asset.model_dump(mode="json"),
        "earlier_claims": list(asking.earlier.get(complaint, ())),
    }


async def _asset(asking: Asking, code: str) -> Asset | None:
    if code not in asking.assets:
        asking.assets[code] = await asking.exchange.asset(code)
    return asking.assets[code]


async def chain(asking: Asking, claim: ClaimedFacts) -> Answer:
    """The node's answers; whose the coins are is asked where they are not the account's."""
    answers = await responses(asking.esplora, str(claim.txid))
    paid = paid_addresses(answers)
    account = await asking.exchange.account(claim.user_id) if claim.user_id else None
    ours = set(account.deposit_addresses.values()) if account else set()
    answer: Answer = {"others": [], "withdrawal": False}
    if account and ours.isdisjoint(paid):
        answer["others"] = await _others(asking, paid[:MOST_OWNERS], account)
        answer["withdrawal"] = await _is_withdrawal(asking, str(claim.txid), account)
    keep = {*ours, *answer["others"], claim.address or ""}
    return {**answer, "responses": compact(answers, keep)}


async def responses(esplora: Esplora, txid: str) -> Answers:
    """The node's answers about a transaction, whether its block still stands included."""
    answers: Answers = await esplora.responses(txid)
    block = transaction_of(answers).get("status", {}).get("block_hash")
    if block:
        stands = await esplora.in_best_chain(block)
        answers[BLOCK] = {"status": 200, "json": {"in_best_chain": stands}}
    return answers


async def _others(asking: Asking, paid: Iterable[str], account: Account) -> list[str]:
    owners = [(address, await asking.exchange.owner_of(address)) for address in paid]
    return [address for address, who in owners if who not in {None, account.user_id}]


async def _is_withdrawal(asking: Asking, txid: str, account: Account) -> bool:
    found = await asking.exchange.withdrawals(account.user_id)
    return any(transaction_id(row.txid or "") == txid for row in found)
