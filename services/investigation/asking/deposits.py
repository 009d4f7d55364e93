"""What is known of a deposit: the ledger's rows, and the answers of the networks' nodes."""

import asyncio
from collections.abc import Iterable

from services.investigation.asking.question import Answer, Asking, rows
from services.investigation.playbooks.chains import CHAINS, HEX_ID, Chain, transaction_id
from services.investigation.playbooks.sighting import Seen, Sighting
from services.investigation.rules.compact import LARGEST, compact
from services.investigation.rules.plan import code_of, network_of
from services.investigation.rules.witnesses import ELSEWHERE, SOURCES, seen, sightings
from shared.connectors.models import Account, Asset
from shared.connectors.nodes import Named, Nodes
from shared.errors import TransientError
from shared.events.investigation import ClaimedFacts

MOST_OWNERS = 20
NODE_S = 3.5  # for all calls to one node; with the networks probed after it, less than a claim has


async def ledger(asking: Asking, complaint: str, claim: ClaimedFacts) -> Answer:
    """The ledger's rows of the transaction, and what a deposit of the asset needs."""
    code, txid = code_of(claim), transaction_id(claim.txid or "")
    asset = await asset_of(asking, code) if code else None
    found = await asking.exchange.ledger(txid) if txid else ()
    return {
        **rows(found),
        "code": code,
        "asset": asset and asset.model_dump(mode="json"),
        "earlier_claims": list(asking.earlier.get(complaint, ())),
    }


async def asset_of(asking: Asking, code: str) -> Asset | None:
    """What the exchange says of an asset, asked once a batch."""
    if code not in asking.assets:
        asking.assets[code] = await asking.exchange.asset(code)
    return asking.assets[code]


async def chain(asking: Asking, claim: ClaimedFacts) -> Answer:
    """The nodes' answers; whose the coins are is asked where they are not the account's."""
    network, txid = str(network_of(claim)), str(claim.txid)
    told = await probed(asking.nodes, network, txid)
    found = seen(network, told, txid)
    account = await asking.exchange.account(claim.user_id) if claim.user_id else None
    answer: Answer = {"others": [], "withdrawal": False}
    if account and any(s.seen is Seen.FOUND for s in found.values()):
        answer |= await _others(asking, account, txid, found)
    ours = set(account.deposit_addresses.values()) if account else set()
    keep = {*ours, *answer["others"], claim.address or ""}
    return {**answer, **_cut(told, network, txid, keep)}


async def probed(nodes: Nodes, network: str, txid: str) -> Answer:
    """What every node of the network says and, where it knows nothing, those of the others.

    Raises TransientError where none of the network answers.
    """
    answer: Answer = {SOURCES: await said(nodes.get(network, ()), txid)}
    heard = [source for source in answer[SOURCES] if "responses" in source]
    if all(s.seen is Seen.ABSENT for s in sightings(network, heard, txid)):
        others = [name for name in nodes if name != network and nodes[name]]
        told = await asyncio.gather(*(_told(nodes[name], txid) for name in others))
        answer[ELSEWHERE] = dict(zip(others, told, strict=True))
    return answer


async def said(nodes: Iterable[Named], txid: str) -> list[Answer]:
    """What each node of a network says. Raises TransientError where none of them answers."""
    told = await _told(nodes, txid)
    if told and all("problem" in source for source in told):
        raise TransientError("no node answers")
    return told


async def _told(nodes: Iterable[Named], txid: str) -> list[Answer]:
    """An id of another shape needs no asking: it is on none of them."""
    if not HEX_ID.match(txid):
        return [{"source": named.name, "responses": {}} for named in nodes]
    return list(await asyncio.gather(*(_asked(named, txid) for named in nodes)))


async def _asked(named: Named, txid: str) -> Answer:
    try:
        async with asyncio.timeout(NODE_S):
            return {"source": named.name, "responses": await named.node.responses(txid)}
    except (TransientError, TimeoutError):
        return {"source": named.name, "problem": "unavailable"}


def _cut(told: Answer, network: str, txid: str, keep: set[str]) -> Answer:
    """Every network's answers in their share of what one piece of evidence can hold."""
    by_network = {network: told[SOURCES], **told.get(ELSEWHERE, {})}
    share = LARGEST // max(sum(map(len, by_network.values())), 1)
    cut = {
        name: [small(source, CHAINS[name], txid, keep, share) for source in sources]
        for name, sources in by_network.items()
    }
    return {SOURCES: cut.pop(network), ELSEWHERE: cut}


def small(source: Answer, chain: Chain, txid: str, keep: set[str], share: int) -> Answer:
    """What a source said, in its share of a piece of evidence."""
    if "responses" not in source:
        return source
    return {**source, "responses": compact(source["responses"], chain, txid, keep, share)}


async def _others(
    asking: Asking, account: Account, txid: str, found: dict[str, Sighting]
) -> Answer:
    """Whose addresses were paid, where none of the account's was; one paid may be told nobody."""
    network, sighting = next((n, s) for n, s in found.items() if s.seen is Seen.FOUND)
    place = CHAINS[network].place
    ours = {place(address) for address in account.deposit_addresses.values()}
    if any(transfer.to in ours for transfer in sighting.transfers):
        return {}
    paid = list(dict.fromkeys(t.address for t in sighting.transfers if t.address))
    owners = [(where, await asking.exchange.owner_of(where)) for where in paid[:MOST_OWNERS]]
    others = [where for where, who in owners if who not in {None, account.user_id}]
    return {"others": others, "withdrawal": await _is_withdrawal(asking, txid, account)}


async def _is_withdrawal(asking: Asking, txid: str, account: Account) -> bool:
    found = await asking.exchange.withdrawals(account.user_id)
    return any(transaction_id(row.txid or "") == txid for row in found)
