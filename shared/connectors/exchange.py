"""The exchange over HTTP: what it knows of a customer, and the actions it carries out."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from pydantic import TypeAdapter

from shared.connectors.http import Refused, segment
from shared.connectors.lookups import Lookups, instant
from shared.connectors.models import ActionReceipt, Scope

__all__ = ["Exchange", "Refused"]

_RECEIPT = TypeAdapter(ActionReceipt)


class Exchange(Lookups):
    """Look-ups and actions; each raises TransientError when asking again may help.

    An action is known by its idempotency key alone: the same call may be repeated for ever and
    is applied once. Refused.slug says why an action was not applied: `already_credited`,
    `idempotency_conflict`, `unknown_account`, `invalid_request`, `already_broadcast`.
    """

    async def freeze(
        self, key: str, user_id: str, scope: Sequence[Scope], expires_at: datetime | None
    ) -> ActionReceipt:
        """Stop what the scope names, until the time given or until it is lifted."""
        expiry = None if expires_at is None else instant(expires_at)
        body = {"user_id": user_id, "scope": list(scope), "expires_at": expiry}
        return await self._act("freeze", key, body)

    async def unfreeze(self, key: str, user_id: str, scope: Sequence[Scope]) -> ActionReceipt:
        """Lift every freeze of the scope that stands now."""
        return await self._act("unfreeze", key, {"user_id": user_id, "scope": list(scope)})

    async def credit(
        self, key: str, user_id: str, asset: str, amount: Decimal, reference: str
    ) -> ActionReceipt:
        """Credit a deposit, `<txid>:<vout>`, or give `withdrawal:<id>` back; each of them once."""
        return await self._act("credit", key, _payment(user_id, asset, amount, reference))

    async def compensate(
        self, key: str, user_id: str, asset: str, amount: Decimal, reference: str
    ) -> ActionReceipt:
        """Pay a compensation; `reference` names what is made good, the key alone is unique."""
        return await self._act("compensate", key, _payment(user_id, asset, amount, reference))

    async def cancel_withdrawal(self, key: str, user_id: str, reference: str) -> ActionReceipt:
        """Stop `withdrawal:<id>` while it is not broadcast."""
        body = {"user_id": user_id, "reference": reference}
        return await self._act("cancel_withdrawal", key, body)

    async def action(self, key: str) -> ActionReceipt | None:
        """What was applied under a key, None when nothing was."""
        return await self._remote.get(f"/v1/actions/{segment(key)}", _RECEIPT)

    async def _act(self, action: str, key: str, body: object) -> ActionReceipt:
        return await self._remote.post(f"/v1/actions/{action}", body, _RECEIPT, key=key)


def _payment(user_id: str, asset: str, amount: Decimal, reference: str) -> dict[str, str]:
    return {
        "user_id": user_id,
        "asset": asset,
        "amount": format(amount, "f"),
        "reference": reference,
    }
