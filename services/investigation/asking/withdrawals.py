"""What is known of the withdrawal that a complaint is about, and what the chain shows of it."""

from services.investigation.asking.deposits import responses
from services.investigation.asking.question import Answer, Asking
from services.investigation.playbooks.chains import transaction_id
from services.investigation.rules.compact import Answers, compact
from services.investigation.rules.payouts import meant, network_of
from services.investigation.rules.plan import REACHABLE
from shared.connectors.records import Withdrawal
from shared.events.investigation import ClaimedFacts


async def payout(asking: Asking, claim: ClaimedFacts) -> Answer:
    """The withdrawal, if there is exactly one, and the node's answers about its transaction."""
    found = meant(await asking.exchange.withdrawals(str(claim.user_id)), claim)
    if len(found) != 1:
        return {"named": None, "several": len(found) > 1, "responses": {}}
    row = found[0]
    return {
        "named": row.model_dump(mode="json"),
        "several": False,
        "responses": await _seen(asking, row),
    }


async def _seen(asking: Asking, row: Withdrawal) -> Answers:
    txid = transaction_id(row.txid or "")
    if txid is None or network_of(row) not in REACHABLE:
        return {}
    return compact(await responses(asking.esplora, txid), {row.address})
