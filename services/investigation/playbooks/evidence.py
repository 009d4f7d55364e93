"""A deposit case beside the transaction that was found: who was paid what, before any judgement."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from services.investigation.playbooks.amounts import coins, total
from services.investigation.playbooks.chains import Chain, transaction_id
from services.investigation.playbooks.facts import DepositCase, Row
from services.investigation.playbooks.sighting import NATIVE, Sighting, Transfer

COINBASE_CONFIRMATIONS = 100
# An output may be called so in a rule about each one, so these words alone tell of the sum.
SUMMED = re.compile(r"sum|total|aggregate|all_outputs|(^|_)(transaction|tx)(_|$)")
EACH = re.compile(r"(per|each|single)_output")
SUFFIX = re.compile(r"[ (_/-]+(ERC|BEP|TRC)-?20\)?\Z")
TAG = re.compile(r"[0-9]{1,10}\Z")


@dataclass(frozen=True)
class Coin:
    """An asset on one network: NATIVE or its token's contract, and the decimals of its units."""

    ticker: str
    contract: bytes
    decimals: int


@dataclass(frozen=True)
class Evidence:
    """One case, its network, and what that network's node says about the transaction."""

    case: DepositCase
    txid: str
    chain: Chain
    seen: Sighting

    @cached_property
    def ticker(self) -> str:
        """What the customer says was sent."""
        return (self.case.claim.asset or self.case.asset).strip().upper()

    @cached_property
    def coins(self) -> dict[bytes, Coin]:
        """The network's own coin and the tokens that the platform lists there, by contract."""
        chain, listed = self.chain, self.case.platform.token_contracts.get(self.chain.name, {})
        known = [Coin(chain.assets[0], NATIVE, chain.decimals)]
        for ticker, token in listed.items():
            contract = chain.token(token.address, ticker)
            known.append(Coin(ticker.upper(), contract, token.decimals))
        return {coin.contract: coin for coin in known}

    @property
    def lists_tokens(self) -> bool:
        """Whether the platform says which tokens it takes here, be it none."""
        return self.chain.name in self.case.platform.token_contracts

    @cached_property
    def asked(self) -> Coin | None:
        """The asset that was to come; None where the platform lists no such thing here.

        People write the network behind the ticker: USDT-TRC20 is USDT where nothing is listed so.
        """
        coins = {coin.ticker: coin for coin in self.coins.values()}
        for ticker in (self.ticker, SUFFIX.sub("", self.ticker)):
            known = self.chain.assets[0] if ticker in self.chain.assets else ticker
            if known in coins:
                return coins[known]
        return None

    @cached_property
    def assigned(self) -> bytes:
        """Where the customer's deposits are to go."""
        return self.chain.place(self.case.platform.assigned_deposit_address)

    @cached_property
    def right(self) -> tuple[Transfer, ...]:
        """What moved of the asset that was asked, to anybody."""
        asked = self.asked
        return tuple(t for t in self.seen.transfers if asked and t.contract == asked.contract)

    @cached_property
    def ours(self) -> tuple[Transfer, ...]:
        """What came to the assigned address: of the right asset, else of any."""
        right = tuple(t for t in self.right if t.to == self.assigned)
        return right or tuple(t for t in self.seen.transfers if t.to == self.assigned)

    @cached_property
    def to_claimed(self) -> tuple[Transfer, ...]:
        """What went to the address that the customer names."""
        claimed = self.case.claim.address
        place = self.chain.place(claimed) if claimed else None
        return tuple(t for t in self.right or self.seen.transfers if t.to == place)

    @cached_property
    def credited(self) -> tuple[Row, ...]:
        """The ledger's rows of this transaction."""
        return self._of_this(self.case.platform.credited)

    @cached_property
    def claimed(self) -> tuple[Row, ...]:
        """The other open claims to this transaction."""
        return self._of_this(self.case.platform.claimed_elsewhere)

    @cached_property
    def held(self) -> str | None:
        """Why the platform holds back what came, in the ledger's word; None where it does not."""
        rows = (r for r in self.case.platform.held if transaction_id(r.txid or "") == self.txid)
        places = {None, *(transfer.index for transfer in self.ours)}
        return next((row.state for row in rows if row.vout in places or places == {None}), None)

    @cached_property
    def payable(self) -> tuple[Transfer, ...]:
        """What came to the assigned address and nobody has been credited or claims."""
        rows = self.credited + self.claimed
        return tuple(t for t in self.ours if not any(self._covers(row, t) for row in rows))

    @cached_property
    def creditable(self) -> tuple[Transfer, ...]:
        """What is payable and not below the minimum, which holds for each output or their sum."""
        platform = self.case.platform
        if self._is_summed(platform.min_applies_to or ""):
            return self.payable if self._reaches(self.payable, platform.min_deposit) else ()
        return tuple(t for t in self.payable if self._reaches((t,), platform.min_deposit))

    @cached_property
    def others(self) -> frozenset[bytes]:
        """Where other customers' deposits are to go."""
        return frozenset(map(self.chain.place, self.case.platform.addresses_of_other_users))

    @cached_property
    def tag(self) -> int | str | None:
        """The tag that the customer's deposits are to carry; an X-address holds its own."""
        given = self.case.platform.assigned_tag
        if given is None:
            parsed = self.chain.parse(self.case.platform.assigned_deposit_address)
            return parsed.tag if parsed else None
        return int(given) if isinstance(given, str) and TAG.match(given) else given

    @cached_property
    def required(self) -> int:
        """The confirmations to wait for: never 0, and fresh-mined coins cannot move before 100."""
        least = COINBASE_CONFIRMATIONS if self.seen.coinbase else 1
        return max(self.case.platform.required_confirmations, least)

    @cached_property
    def left(self) -> int:
        """Confirmations still to wait for, as far as they can be counted."""
        if self.seen.final or self.seen.failed or self.seen.confirmations is None:
            return 0
        return max(self.required - self.seen.confirmations, 0)

    def is_taken(self, rows: Iterable[Row]) -> bool:
        """Whether rows stand for all that the complaint is about; each output is its own."""
        rows = tuple(rows)
        about = self.ours or self.to_claimed
        return bool(rows) and all(any(self._covers(row, t) for row in rows) for t in about)

    def worth(self, transfers: Sequence[Transfer]) -> Decimal | None:
        """Transfers of one asset in coins; None where the answers or the listing do not tell."""
        coin = self.coins.get(transfers[0].contract) if transfers else None
        units = [t.units for t in transfers if t.units is not None]
        if coin is None or len(units) < len(transfers):
            return None
        return coins(total(units), coin.decimals)

    @staticmethod
    def _is_summed(rule: str) -> bool:
        words = "_".join(re.findall(r"[a-z]+", rule.lower()))
        return SUMMED.search(words) is not None and EACH.search(words) is None

    def _reaches(self, transfers: Sequence[Transfer], least: Decimal) -> bool:
        amount = self.worth(transfers)
        return amount is not None and amount >= least

    def _of_this(self, rows: Iterable[Row]) -> tuple[Row, ...]:
        return tuple(row for row in rows if row.txid and transaction_id(row.txid) == self.txid)

    def _covers(self, row: Row, transfer: Transfer) -> bool:
        """Whether a row is about this output; one that fits no output stands for all of them."""
        if row.vout is not None:
            places = {t.index for t in self.seen.transfers}
            return row.vout == transfer.index or row.vout not in places
        return not self._is_of_another(row)

    def _is_of_another(self, row: Row) -> bool:
        """Whether a row names no output, but by user and amount is what somebody else was paid."""
        if row.amount is None or row.user in (None, self.case.platform.user):
            return False
        paid = {self.worth([t]) for t in self.seen.transfers if t.to in self.others}
        return row.amount in paid and row.amount not in {self.worth([t]) for t in self.ours}
