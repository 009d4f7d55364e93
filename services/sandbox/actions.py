"""Actions on an account, each applied once: one insert into the ledger decides and is the effect.

The key is the entry's id, and no two entries may credit the same deposit. Of two requests at
once one insert wins, and a crash leaves either the whole effect or none.
"""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pymongo.errors import DuplicateKeyError

from services.sandbox.database import Data, Document, now
from services.sandbox.deposits import keyed
from services.sandbox.problems import ProblemError
from services.sandbox.shapes import Cancellation, Credit, Hold, Payment, Release
from shared.connectors.models import ActionReceipt, Deposit

router = APIRouter(prefix="/v1/actions")

STOPPABLE = ("pending", "reviewed", "on_hold")
_KEY = re.compile(r"[ -~]{1,255}")


def _idempotency_key(request: Request) -> str:
    key = request.headers.get("idempotency-key", "")
    if _KEY.fullmatch(key) is None:
        raise ProblemError(
            400, "invalid_idempotency_key", "Idempotency-Key: 1 to 255 ASCII characters"
        )
    return key


Key = Annotated[str, Depends(_idempotency_key)]


@router.post("/freeze", response_model_exclude_defaults=True)
async def freeze(order: Hold, key: Key, data: Data, response: Response) -> ActionReceipt:
    """Stop what the scope names, until `expires_at` or until it is lifted."""
    return await _apply(data, _entry(key, "freeze", order), response)


@router.post("/unfreeze", response_model_exclude_defaults=True)
async def unfreeze(order: Release, key: Key, data: Data, response: Response) -> ActionReceipt:
    """Lift every freeze of the scope."""
    return await _apply(data, _entry(key, "unfreeze", order), response)


@router.post("/credit", response_model_exclude_defaults=True)
async def credit(order: Credit, key: Key, data: Data, response: Response) -> ActionReceipt:
    """Credit a deposit or give a withdrawal back; 409 when any entry of the ledger has done so.

    Also 409 `not_failed`: the account has no such withdrawal that failed.
    """
    entry = _entry(key, "credit", order)
    kind, _, name = order.reference.partition(":")
    if kind == "withdrawal":
        return await _given_back(data, entry, name, response)
    txid, _, vout = order.reference.partition(":")
    deposit = Deposit(
        txid=txid,
        vout=int(vout),
        user_id=order.user_id,
        asset=order.asset,
        amount=order.amount,
        state="credited",
        credited_at=entry["applied_at"],
    )
    return await _apply(data, entry | keyed(deposit), response)


async def _given_back(
    data: Data, entry: Document, withdrawal: str, response: Response
) -> ActionReceipt:
    failed = {"_id": withdrawal, "user_id": entry["user_id"], "wire.state": "failed"}
    if await data.withdrawals.find_one(failed, {"_id": 1}) is None:
        raise ProblemError(409, "not_failed", "no such withdrawal failed")
    return await _apply(data, entry | {"refund_of": withdrawal}, response)


@router.post("/compensate", response_model_exclude_defaults=True)
async def compensate(order: Payment, key: Key, data: Data, response: Response) -> ActionReceipt:
    """Pay a compensation."""
    return await _apply(data, _entry(key, "compensate", order), response)


@router.post("/cancel_withdrawal", response_model_exclude_defaults=True)
async def cancel_withdrawal(
    order: Cancellation, key: Key, data: Data, response: Response
) -> ActionReceipt:
    """Stop a withdrawal; 409 `already_broadcast` once it is on its way, or over."""
    entry, withdrawal = _entry(key, "cancel_withdrawal", order), order.reference.partition(":")[2]
    if await data.ledger.find_one({"_id": key}, {"_id": 1}) is None:
        waits = {"_id": withdrawal, "user_id": order.user_id, "wire.state": {"$in": STOPPABLE}}
        if await data.withdrawals.find_one(waits, {"_id": 1}) is None:
            raise ProblemError(409, "already_broadcast", "no such withdrawal waits")
    return await _apply(data, entry | {"cancel_of": withdrawal}, response)


@router.get("/{key:path}", response_model_exclude_defaults=True)
async def action(key: str, data: Data) -> ActionReceipt:
    """What was applied under a key."""
    entry = await data.ledger.find_one({"_id": key})
    if entry is None:
        raise ProblemError(404, "unknown_action", "nothing was applied under this key")
    return receipt(entry)


def receipt(entry: Document) -> ActionReceipt:
    """An entry of the ledger as its answer; the same entry gives the same answer."""
    facts: dict[str, Any] = {"key": str(entry["_id"]), "action": entry["action"]}
    return ActionReceipt.model_validate(
        facts | {"status": "applied", "applied_at": entry["applied_at"], **entry["order"]}
    )


def _entry(key: str, action: str, order: Hold | Release | Payment | Cancellation) -> Document:
    return {
        "_id": key,
        "action": action,
        "user_id": order.user_id,
        "order": order.model_dump(mode="json"),
        "applied_at": now(),
    }


async def _apply(data: Data, entry: Document, response: Response) -> ActionReceipt:
    if await data.accounts.find_one({"_id": entry["user_id"]}, {"_id": 1}) is None:
        raise ProblemError(404, "unknown_account", "no such account")
    try:
        await data.ledger.insert_one(entry)
    except DuplicateKeyError:
        entry = await _applied_before(data, entry)
        response.headers["Idempotency-Replayed"] = "true"
    return receipt(entry)


async def _applied_before(data: Data, entry: Document) -> Document:
    known = await data.ledger.find_one({"_id": entry["_id"]})
    if known is None:
        raise ProblemError(409, "already_credited", "already credited")
    if (known["action"], known["order"]) != (entry["action"], entry["order"]):
        raise ProblemError(422, "idempotency_conflict", "the key stands for another request")
    return known
