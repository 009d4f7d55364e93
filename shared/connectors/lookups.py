"""What the exchange knows, over HTTP: accounts, what belongs to them, and what holds for all."""

from datetime import UTC, datetime

import httpx
from pydantic import TypeAdapter

from shared.connectors.futures import Position, Prices, TierTable
from shared.connectors.http import LIMIT_S, Remote, segment
from shared.connectors.models import (
    Account,
    Answer,
    Asset,
    Deposit,
    Login,
)
from shared.connectors.records import ApiCall, KycRecord, Withdrawal
from shared.connectors.trading import Book, Fill, Incident, Order, Transfer


class _Accounts(Answer):
    accounts: tuple[Account, ...]


class _Owner(Answer):
    user_id: str


_ACCOUNT = TypeAdapter(Account)
_ACCOUNTS = TypeAdapter(_Accounts)
_OWNER = TypeAdapter(_Owner)
_DEPOSITS = TypeAdapter(tuple[Deposit, ...])
_WITHDRAWALS = TypeAdapter(tuple[Withdrawal, ...])
_LOGINS = TypeAdapter(tuple[Login, ...])
_POSITIONS = TypeAdapter(tuple[Position, ...])
_ORDERS = TypeAdapter(tuple[Order, ...])
_TRANSFERS = TypeAdapter(tuple[Transfer, ...])
_INCIDENTS = TypeAdapter(tuple[Incident, ...])
_FILLS = TypeAdapter(tuple[Fill, ...])
_BOOK = TypeAdapter(Book)
_KYC = TypeAdapter(KycRecord)
_CALLS = TypeAdapter(tuple[ApiCall, ...])
_PRICES = TypeAdapter(Prices)
_TIERS = TypeAdapter(TierTable)
_ASSET = TypeAdapter(Asset)


class Lookups:
    """Look-ups at the exchange; each raises TransientError when asking again may help."""

    def __init__(
        self, client: httpx.AsyncClient, url: str, token: str, *, limit: float = LIMIT_S
    ) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self._remote = Remote(client, url, headers=headers, limit=limit)

    async def account(self, user_id: str) -> Account | None:
        """The customer's account, None when there is none."""
        if "/" in user_id:  # servers read an encoded slash as the path of something else
            return None
        return await self._remote.get(f"/v1/accounts/{segment(user_id)}", _ACCOUNT)

    async def find_accounts(self, email: str) -> tuple[Account, ...]:
        """The accounts whose present e-mail address this is."""
        found = await self._remote.post("/v1/accounts/search", {"email": email}, _ACCOUNTS)
        return found.accounts

    async def deposits(self, user_id: str) -> tuple[Deposit, ...]:
        """The ledger's deposits of an account."""
        return await self._remote.get(_of(user_id, "deposits"), _DEPOSITS) or ()

    async def withdrawals(self, user_id: str) -> tuple[Withdrawal, ...]:
        """The withdrawals of an account, oldest first."""
        return await self._remote.get(_of(user_id, "withdrawals"), _WITHDRAWALS) or ()

    async def logins(self, user_id: str) -> tuple[Login, ...]:
        """The security log of an account, oldest first."""
        return await self._remote.get(_of(user_id, "logins"), _LOGINS) or ()

    async def positions(self, user_id: str) -> tuple[Position, ...]:
        """The futures positions of an account, oldest first."""
        return await self._remote.get(_of(user_id, "positions"), _POSITIONS) or ()

    async def orders(self, user_id: str) -> tuple[Order, ...]:
        """The orders of an account, oldest first."""
        return await self._remote.get(_of(user_id, "orders"), _ORDERS) or ()

    async def fills(self, order_id: str) -> tuple[Fill, ...]:
        """What was carried out of an order, oldest first."""
        return await self._remote.get(f"/v1/orders/{segment(order_id)}/fills", _FILLS) or ()

    async def book(self, symbol: str, at: datetime) -> Book | None:
        """The newest order book of a symbol that is not after `at`; None where there is none."""
        path = f"/v1/books/{segment(symbol)}"
        return await self._remote.get(path, _BOOK, {"at": instant(at)})

    async def kyc(self, user_id: str) -> KycRecord | None:
        """The identity vendor's record of an account, None where it has none."""
        return await self._remote.get(_of(user_id, "kyc"), _KYC)

    async def api_calls(self, user_id: str, start: datetime, end: datetime) -> tuple[ApiCall, ...]:
        """The calls with the account's keys between both ends, oldest first."""
        path = _of(user_id, "api-calls")
        return await self._remote.get(path, _CALLS, _time(start, end)) or ()

    async def transfers(self, user_id: str) -> tuple[Transfer, ...]:
        """The transfers of an account to and from other accounts, oldest first."""
        return await self._remote.get(_of(user_id, "transfers"), _TRANSFERS) or ()

    async def ledger(self, txid: str) -> tuple[Deposit, ...]:
        """The ledger's rows for a transaction, whoever was credited."""
        return await self._remote.get("/v1/deposits", _DEPOSITS, {"txid": txid}) or ()

    async def owner_of(self, address: str) -> str | None:
        """The user whose deposit address this is, None when it is not the exchange's."""
        owner = await self._remote.get(f"/v1/deposit-addresses/{segment(address)}", _OWNER)
        return None if owner is None else owner.user_id

    async def prices(self, symbol: str, start: datetime, end: datetime) -> Prices | None:
        """The price series of a symbol, both ends included; None for an unknown symbol."""
        return await self._remote.get(f"/v1/prices/{segment(symbol)}", _PRICES, _time(start, end))

    async def tiers(self, symbol: str, at: datetime) -> TierTable | None:
        """The margin table of a symbol in force at `at`; None where none was."""
        path = f"/v1/margin-tiers/{segment(symbol)}"
        return await self._remote.get(path, _TIERS, {"at": instant(at)})

    async def incidents(self, start: datetime, end: datetime) -> tuple[Incident, ...]:
        """The incidents that touch the time between both ends, oldest first."""
        return await self._remote.get("/v1/incidents", _INCIDENTS, _time(start, end)) or ()

    async def asset(self, code: str) -> Asset | None:
        """What a deposit of the asset needs, None for an unknown asset."""
        return await self._remote.get(f"/v1/assets/{segment(code)}", _ASSET)


def _of(user_id: str, records: str) -> str:
    return f"/v1/accounts/{segment(user_id)}/{records}"


def _time(start: datetime, end: datetime) -> dict[str, str]:
    return {"from": instant(start), "to": instant(end)}


def instant(value: datetime) -> str:
    """An instant as the exchange reads it."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
