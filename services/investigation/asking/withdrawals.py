"""What is known of the withdrawal that a complaint is about, and what the chain shows of it."""

from services.investigation.asking.deposits import asset_of, said, small
from services.investigation.asking.question import Answer, Asking
from services.investigation.playbooks.chains import CHAINS, transaction_id
from services.investigation.playbooks.withdrawal_facts import network_of
from services.investigation.rules.compact import LARGEST
from services.investigation.rules.payouts import meant
from services.investigation.rules.witnesses import SOURCES
from shared.connectors.records import Withdrawal
from shared.events.investigation import ClaimedFacts


async def payout(asking: Asking, claim: ClaimedFacts) -> Answer:
    """The withdrawal, if there is exactly one, and the nodes' answers about its transaction."""
    found = meant(await asking.exchange.withdrawals(str(claim.user_id)), claim)
    if len(found) != 1:
        return {"named": None, "several": len(found) > 1, SOURCES: []}
    row = found[0]
    return {
        "named": row.model_dump(mode="json"),
        "several": False,
        "listing": await _listing(asking, row),
        SOURCES: await _seen(asking, row),
    }


async def _listing(asking: Asking, row: Withdrawal) -> Answer | None:
    """Which token the asset is on that network; None where it is the network's own coin."""
    asset = await asset_of(asking, row.asset) if row.asset.isalnum() else None
    listing = asset.networks.get(network_of(row) or "") if asset else None
    return listing.model_dump(mode="json") if listing else None


async def _seen(asking: Asking, row: Withdrawal) -> list[Answer]:
    txid, network = transaction_id(row.txid or ""), network_of(row)
    if txid is None or network is None:
        return []
    told = await said(asking.nodes.get(network, ()), txid)
    share = LARGEST // max(len(told), 1)
    return [small(source, CHAINS[network], txid, {row.address}, share) for source in told]
