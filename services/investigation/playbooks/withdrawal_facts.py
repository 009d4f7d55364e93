"""The facts of a withdrawal, what we had promised of it, and the numbers that are told."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from services.investigation.playbooks.amounts import EXACT, coins, plain, total
from services.investigation.playbooks.chains import CALLED, CHAINS, Chain, transaction_id
from services.investigation.playbooks.decoders import sight
from services.investigation.playbooks.evidence import Coin
from services.investigation.playbooks.sheet import Detail, Rules, Sheet, in_force, raw
from services.investigation.playbooks.sighting import NATIVE, UNCLEAR, Sighting
from shared.connectors.models import Listing, Moment, Money
from shared.connectors.records import Withdrawal

MINUTE = timedelta(minutes=1)
MOST_DECIMALS = 77  # a number of 256 bits has no more


class Promise(Rules):
    """What we publish of a network; fees by asset, in units of the asset."""

    since: date
    within: timedelta
    confirmations: int
    fees: dict[str, Money]


class WithdrawalRules(Rules):
    """Every network's promises, and how long a sent transaction may be out of sight."""

    visible_within: timedelta
    networks: dict[str, tuple[Promise, ...]]


WITHDRAWAL = Sheet[WithdrawalRules].model_validate(raw("withdrawal"))


@dataclass(frozen=True)
class WithdrawalCase:
    """A withdrawal as the exchange has it, what the chain shows of it, and the time of looking.

    `coin` is what its asset is on that network, None where nobody lists it there.
    """

    withdrawal: Withdrawal
    network: str
    now: datetime
    seen: Sighting = UNCLEAR
    claimed: Decimal | None = None
    coin: Coin | None = None

    @cached_property
    def chain(self) -> Chain | None:
        """The network it goes over."""
        return CHAINS.get(self.network)

    @cached_property
    def promise(self) -> Promise | None:
        """What we had published when it was asked for."""
        rows = WITHDRAWAL.rules.networks.get(self.network, ())
        return in_force(rows, self.withdrawal.at.date())

    @cached_property
    def waited(self) -> timedelta:
        """From the request until it was sent, or until now."""
        return (self.withdrawal.broadcast_at or self.now) - self.withdrawal.at

    @cached_property
    def arrived(self) -> Decimal | None:
        """What the transaction paid to the address that was given, None where it paid nothing."""
        if self.chain is None or self.coin is None:
            return None
        place, contract = self.chain.place(self.withdrawal.address), self.coin.contract
        paid = [t.units for t in self.seen.transfers if (t.to, t.contract) == (place, contract)]
        known = [units for units in paid if units is not None]
        return coins(total(known), self.coin.decimals) if known else None


@dataclass(frozen=True)
class Payout:
    """One withdrawal with the recorded answers of its network's node, and the time of looking."""

    withdrawal: Withdrawal
    now: Moment
    responses: dict[str, object]
    listing: Listing | None = None
    claimed: Money | None = None


def case_of(payout: Payout) -> WithdrawalCase:
    """The case that recorded facts make."""
    row = payout.withdrawal
    network, txid = network_of(row) or "", transaction_id(row.txid or "")
    seen = sight(network, payout.responses, txid) if txid else UNCLEAR
    coin = coin_of(row, network, payout.listing)
    return WithdrawalCase(row, network, payout.now, seen, payout.claimed, coin)


def network_of(row: Withdrawal) -> str | None:
    """The network that a withdrawal goes over; that of the asset where the record names none."""
    if row.network:
        return CALLED.get(row.network.strip().lower())
    homes = [chain.name for chain in CHAINS.values() if row.asset in chain.assets]
    return homes[0] if len(homes) == 1 else None


def coin_of(row: Withdrawal, network: str, listing: Listing | None) -> Coin | None:
    """What the asset is on that network: its own coin, or the token that is listed."""
    chain = CHAINS.get(network)
    if chain is None:
        return None
    if row.asset in chain.assets:
        return Coin(row.asset, NATIVE, chain.decimals)
    if listing is None or not listing.contract:
        return None
    decimals = listing.decimals or 0
    known = 0 < decimals <= MOST_DECIMALS
    return Coin(row.asset, chain.token(listing.contract, row.asset), decimals) if known else None


def named(case: WithdrawalCase) -> dict[str, Detail]:
    """Which withdrawal it is."""
    asked = case.withdrawal
    about = {"withdrawal": asked.id, "asset": asked.asset, "amount": plain(asked.amount)}
    return {**about, "network": case.chain.label if case.chain else None}


def times(case: WithdrawalCase) -> dict[str, Detail]:
    """How long we promise to take, and how long it took; whole minutes."""
    promised = case.promise.within // MINUTE if case.promise else None
    return named(case) | {
        "promised_minutes": promised,
        "waited_minutes": case.waited // MINUTE,
    }


def progress(case: WithdrawalCase) -> dict[str, Detail]:
    """How deep its transaction is."""
    return {
        "txid": case.withdrawal.txid,
        "paid_to": case.withdrawal.address,
        "confirmations": case.seen.confirmations,
        "required": case.promise.confirmations if case.promise else None,
    }


def fee(case: WithdrawalCase) -> dict[str, Detail]:
    """What was taken beside the amount."""
    return {"fee": plain(case.withdrawal.fee or Decimal(0))}


def refunding(case: WithdrawalCase) -> dict[str, Detail]:
    """What goes back."""
    return fee(case) | {"refund": plain(refund(case.withdrawal))}


def refund(withdrawal: Withdrawal) -> Decimal:
    """What left the account: the amount and the fee."""
    return EXACT.add(withdrawal.amount, withdrawal.fee or Decimal(0))
