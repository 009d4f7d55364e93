"""What the exchange keeps of an account, oldest first."""

from datetime import datetime
from typing import TypeVar

from fastapi import APIRouter

from services.sandbox import ledger
from services.sandbox.database import Data
from services.sandbox.market import From, To
from services.sandbox.problems import ProblemError
from shared.connectors.futures import Position
from shared.connectors.models import Login, Row
from shared.connectors.records import ApiCall, KycRecord, Withdrawal
from shared.connectors.trading import Order, Transfer

router = APIRouter(prefix="/v1/accounts/{user_id}")

R = TypeVar("R", bound=Row)


@router.get("/withdrawals")
async def withdrawals_of(user_id: str, data: Data) -> list[Withdrawal]:
    """The withdrawals of an account; one that was given back says when."""
    found = await _rows(data, "withdrawals", user_id, Withdrawal)
    given_back = await _named(data, user_id, "refund_of")
    stopped = await _named(data, user_id, "cancel_of")
    return [
        ledger.stopped(ledger.refunded(row, given_back.get(row.id)), stopped=row.id in stopped)
        for row in found
    ]


@router.get("/logins")
async def logins_of(user_id: str, data: Data) -> list[Login]:
    """The security log of an account."""
    return await _rows(data, "logins", user_id, Login)


@router.get("/positions")
async def positions_of(user_id: str, data: Data) -> list[Position]:
    """The futures positions of an account."""
    return await _rows(data, "positions", user_id, Position)


@router.get("/orders")
async def orders_of(user_id: str, data: Data) -> list[Order]:
    """The orders of an account."""
    return await _rows(data, "orders", user_id, Order)


@router.get("/transfers")
async def transfers_of(user_id: str, data: Data) -> list[Transfer]:
    """The transfers of an account."""
    return await _rows(data, "transfers", user_id, Transfer)


@router.get("/kyc")
async def kyc_of(user_id: str, data: Data) -> KycRecord:
    """The identity vendor's record of an account."""
    document = await data.kyc.find_one({"_id": user_id})
    if document is None:
        raise ProblemError(404, "unknown_record", "the vendor has no record of it")
    return KycRecord.model_validate(document["wire"])


@router.get("/api-calls")
async def api_calls_of(user_id: str, start: From, end: To, data: Data) -> list[ApiCall]:
    """The calls with the account's keys in the time asked for, both ends included."""
    found = data.api_calls.find({"user_id": user_id, "at": {"$gte": start, "$lte": end}})
    return [ApiCall.model_validate(document["wire"]) async for document in found.sort("at", 1)]


async def _named(data: Data, user_id: str, field: str) -> dict[str, datetime]:
    """When the ledger's entries did something to a record, by the record's id."""
    entries = data.ledger.find({"user_id": user_id, field: {"$exists": True}})
    return {entry[field]: entry["applied_at"] async for entry in entries}


async def _rows(data: Data, kind: str, user_id: str, shape: type[R]) -> list[R]:
    found = data[kind].find({"user_id": user_id}).sort("at", 1)
    return [shape.model_validate(document["wire"]) async for document in found]
