"""An exchange and a chain made of numbers: they answer in the process, as the connectors do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256

from services.sandbox.bitcoin import transaction
from shared.connectors.models import Account, Asset, Contact, Deposit, Kyc
from shared.connectors.records import Withdrawal
from shared.rules.bech32 import Witness, encode

TIP, DEPTH = 900_000, 40
SATOSHI = 12_500_000
AMOUNT = Decimal(SATOSHI).scaleb(-8)
SINCE = datetime(2024, 5, 1, tzinfo=UTC)


def user_of(number: int) -> str:
    """The account that belongs to a complaint's number."""
    return f"u-{number:06d}"


def email_of(number: int) -> str:
    """The address of that account."""
    return f"customer.{number}@customers.example"


def txid_of(number: int) -> str:
    """The deposit of that account; the number stands in the last eight digits."""
    return sha256(b"deposit %d" % number).hexdigest()[:56] + f"{number:08x}"


def address_of(number: int) -> str:
    """Where that account's deposits go."""
    return encode(Witness("bc", 0, sha256(b"address %d" % number).digest()[:20]))


class Exchange:
    """Every account is known, every deposit was seen and credited to nobody."""

    async def account(self, user_id: str) -> Account:
        number = int(user_id[2:])
        return Account(
            user_id=user_id,
            name="A customer",
            email=email_of(number),
            kyc=Kyc(level=2, state="verified"),
            balances={"BTC": Decimal(0)},
            deposit_addresses={"bitcoin": address_of(number)},
            contacts=(Contact(email=email_of(number), since=SINCE),),
            created_at=SINCE,
        )

    async def asset(self, _code: str) -> Asset:
        return Asset(required_confirmations=2, min_deposit=Decimal("0.0001"))

    async def deposits(self, _user_id: str) -> Sequence[Deposit]:
        return ()

    async def withdrawals(self, _user_id: str) -> Sequence[Withdrawal]:
        return ()

    async def ledger(self, _txid: str) -> Sequence[Deposit]:
        return ()


class Chain:
    """Every deposit is deep in the chain."""

    async def responses(self, txid: str) -> dict[str, dict[str, object]]:
        payee = address_of(int(txid[-8:], 16)), SATOSHI
        found = transaction(txid, [payee], TIP - DEPTH, TIP)
        return {
            "GET /tx/{txid}": {"status": 200, "json": found},
            "GET /blocks/tip/height": {"status": 200, "json": TIP},
            "GET /block/{hash}/status": {"status": 200, "json": {"in_best_chain": True}},
        }
