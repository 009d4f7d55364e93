"""Seeding of what belongs to an account; a record of the same id is replaced."""

from fastapi import APIRouter

from services.sandbox.database import Data
from services.sandbox.shapes import (
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


async def _put(data: Data, kind: str, row: Row) -> None:
    document = {"user_id": row.user_id, "at": row.at, "wire": row.model_dump(mode="json")}
    await data[kind].replace_one({"_id": row.id}, document, upsert=True)
