"""The exchange over HTTP: what it knows of a customer, and the actions it carries out."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

import httpx
from pydantic import TypeAdapter

from shared.connectors.http import LIMIT_S, Refused, Remote, segment
from shared.connectors.models import (
    Account,
    ActionReceipt,
    Answer,
    Asset,
    Deposit,
    Login,
    Position,
    Prices,
    Scope,
    Withdrawal,
)
from shared.connectors.trading import Incident, Order, Transfer

__all__ = ["Exchange", "Refused"]


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
_PRICES = TypeAdapter(Prices)
_ASSET = TypeAdapter(Asset)
_RECEIPT = TypeAdapter(ActionReceipt)


class Exchange:
    """Look-ups and actions; each raises TransientError when asking again may help.

    An action is known by its idempotency key alone: the same call may be repeated for ever and
    is applied once. Refused.slug says why an action was not applied: `already_credited`,
    `idempotency_conflict`, `unknown_account`, `invalid_request`.
    """

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

    async def incidents(self, start: datetime, end: datetime) -> tuple[Incident, ...]:
        """The incidents that touch the time between both ends, oldest first."""
        return await self._remote.get("/v1/incidents", _INCIDENTS, _time(start, end)) or ()

    async def asset(self, code: str) -> Asset | None:
        """What a deposit of the asset needs, None for an unknown asset."""
        return await self._remote.get(f"/v1/assets/{segment(code)}", _ASSET)

    async def freeze(
        self, key: str, user_id: str, scope: Sequence[Scope], expires_at: datetime | None
    ) -> ActionReceipt:
        """Stop what the scope names, until the time given or until it is lifted."""
        expiry = None if expires_at is None else _instant(expires_at)
        body = {"user_id": user_id, "scope": list(scope), "expires_at": expiry}
        return await self._act("freeze", key, body)

    async def unfreeze(self, key: str, user_id: str, scope: Sequence[Scope]) -> ActionReceipt:
        """Lift every freeze of the scope that stands now."""
        return await self._act("unfreeze", key, {"user_id": user_id, "scope": list(scope)})

    async def credit(
        self, key: str, user_id: str, asset: str, amount: Decimal, reference: str
    ) -> ActionReceipt:
        """Credit a deposit; `reference` is `<txid>:<vout>`, and no deposit is credited twice."""
        return await self._act("credit", key, _payment(user_id, asset, amount, reference))

    async def compensate(
        self, key: str, user_id: str, asset: str, amount: Decimal, reference: str
    ) -> ActionReceipt:
        """Pay a compensation; `reference` names what is made good, the key alone is unique."""
        return await self._act("compensate", key, _payment(user_id, asset, amount, reference))

    async def action(self, key: str) -> ActionReceipt | None:
        """What was applied under a key, None when nothing was."""
        return await self._remote.get(f"/v1/actions/{segment(key)}", _RECEIPT)

    async def _act(self, action: str, key: str, body: object) -> ActionReceipt:
        return await self._remote.post(f"/v1/actions/{action}", body, _RECEIPT, key=key)


def _of(user_id: str, records: str) -> str:
    return f"/v1/accounts/{segment(user_id)}/{records}"


def _time(start: datetime, end: datetime) -> dict[str, str]:
    return {"from": _instant(start), "to": _instant(end)}


def _payment(user_id: str, asset: str, amount: Decimal, reference: str) -> dict[str, str]:
    return {
        "user_id": user_id,
        "asset": asset,
        "amount": format(amount, "f"),
        "reference": reference,
    }


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
