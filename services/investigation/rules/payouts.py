"""Which withdrawal of the account a complaint is about."""

from collections.abc import Sequence

from services.investigation.playbooks.chains import CHAINS, transaction_id
from services.investigation.playbooks.withdrawal_facts import network_of
from shared.connectors.records import Withdrawal
from shared.events.investigation import ClaimedFacts

OVER = frozenset({"completed", "cancelled"})


def meant(rows: Sequence[Withdrawal], claim: ClaimedFacts) -> tuple[Withdrawal, ...]:
    """Those that the claim names by id or transaction, else those that fit what it says.

    A transaction that is no withdrawal of the account is about something else, whatever fits. Of
    several that fit, the unfinished are meant.
    """
    named = tuple(row for row in rows if _names(row, claim))
    if named or transaction_id(claim.txid or ""):
        return named
    fitting = tuple(row for row in rows if _fits(row, claim))
    return tuple(row for row in fitting if row.state not in OVER) or fitting


def _names(row: Withdrawal, claim: ClaimedFacts) -> bool:
    txid = transaction_id(row.txid or "")
    return row.id in (claim.order_id, claim.txid) or (txid is not None and txid == claim.txid)


def _fits(row: Withdrawal, claim: ClaimedFacts) -> bool:
    """The asset, and what is told of address and amount; one of both at least."""
    if (claim.asset or "").strip().upper() != row.asset:
        return False
    told = [_same_place(row, claim.address)] if claim.address else []
    if claim.amount is not None:
        told.append(claim.amount in (row.amount, row.amount + (row.fee or 0)))
    return bool(told) and all(told)


def _same_place(row: Withdrawal, address: str) -> bool:
    chain = CHAINS.get(network_of(row) or "")
    if chain is None:
        return row.address == address
    return chain.place(row.address) == chain.place(address)
