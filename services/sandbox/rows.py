"""Seeding of what belongs to an account; a record of the same id is replaced."""

from fastapi import APIRouter

from services.sandbox.database import Data
from services.sandbox.seeds import (
    ApiCallSeed,
    BookSeed,
    FillSeed,
    KycSeed,
    LoginSeed,
    OrderSeed,
    PositionSeed,
    TransferSeed,
    WithdrawalSeed,
)
from shared.connectors.models import Row

router = APIRouter(prefix="/sandbox")


@router.post("/withdrawals", status_code=204)
async def seed_withdrawal(seed: WithdrawalSeed, data: Data) -> None:
    """Show a withdrawal."""
    await _put(data, "withdrawals", seed)


@router.post("/logins", status_code=204)
async def seed_login(seed: LoginSeed, data: Data) -> None:
    """Show a line of the security log."""
    await _put(data, "logins", seed)


@router.post("/positions", status_code=204)
async def seed_position(seed: PositionSeed, data: Data) -> None:
    """Show a futures position."""
    await _put(data, "positions", seed)


@router.post("/orders", status_code=204)
async def seed_order(seed: OrderSeed, data: Data) -> None:
    """Show an order."""
    await _put(data, "orders", seed)


@router.post("/transfers", status_code=204)
async def seed_transfer(seed: TransferSeed, data: Data) -> None:
    """Show a transfer."""
    await _put(data, "transfers", seed)


@router.post("/fills", status_code=204)
async def seed_fill(seed: FillSeed, data: Data) -> None:
    """Show a part of an order that was carried out."""
    await _put(data, "fills", seed, order_id=seed.order_id)


@router.post("/api-calls", status_code=204)
async def seed_api_call(seed: ApiCallSeed, data: Data) -> None:
    """Show a call with a key of an account."""
    await _put(data, "api_calls", seed)


@router.post("/kyc", status_code=204)
async def seed_kyc(seed: KycSeed, data: Data) -> None:
    """Show the identity vendor's record of an account; an account has one."""
    document = {"wire": seed.model_dump(mode="json")}
    await data.kyc.replace_one({"_id": seed.user_id}, document, upsert=True)


@router.post("/books", status_code=204)
async def seed_book(seed: BookSeed, data: Data) -> None:
    """Show an order book as it stood at an instant."""
    place = {"symbol": seed.symbol, "at": seed.at}
    document = {**place, "wire": seed.model_dump(mode="json")}
    await data.books.replace_one(place, document, upsert=True)


async def _put(data: Data, kind: str, row: Row, **more: str) -> None:
    wire = row.model_dump(mode="json")
    document = {"user_id": row.user_id, "at": row.at, **more, "wire": wire}
    await data[kind].replace_one({"_id": row.id}, document, upsert=True)
