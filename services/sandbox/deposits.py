"""Deposits: seen on the chain, or credited by the one entry of the ledger that may do so."""

from collections.abc import Mapping
from re import compile as pattern

from fastapi import APIRouter
from pymongo.errors import DuplicateKeyError

from services.sandbox.database import Data, Document, now
from services.sandbox.shapes import DepositSeed
from shared.connectors.models import Deposit

router = APIRouter()

_HEX = pattern(r"(0[xX])?([0-9a-fA-F]{64})")


def canonical(txid: str) -> str:
    """One spelling of a transaction id, so that another spelling pays nothing twice."""
    found = _HEX.fullmatch(txid)
    return txid if found is None else found[2].lower()


def keyed(deposit: Deposit) -> Document:
    """What both collections hold of a deposit."""
    txid = canonical(deposit.txid)
    return {
        "deposit_id": f"{txid}:{deposit.vout}",
        "txid_key": txid,
        "user_id": deposit.user_id,
        "wire": deposit.model_dump(mode="json"),
    }


async def rows(data: Data, match: Mapping[str, str]) -> list[Deposit]:
    """The deposits of a user or a transaction; where the ledger knows one, it alone is right."""
    found = {row["deposit_id"]: row["wire"] async for row in data.deposits.find(match)}
    either = [match, {"deposit_id": {"$in": list(found)}}]
    credited = data.ledger.find({"deposit_id": {"$exists": True}, "$or": either})
    found |= {row["deposit_id"]: row["wire"] async for row in credited}
    deposits = [Deposit.model_validate(row) for row in found.values()]
    return [row for row in deposits if match.get("user_id", row.user_id) == row.user_id]


@router.get("/v1/deposits")
async def deposits_of_transaction(txid: str, data: Data) -> list[Deposit]:
    """The ledger's rows for a transaction."""
    return await rows(data, {"txid_key": canonical(txid)})


@router.put("/sandbox/deposits", status_code=204)
async def seed_deposit(seed: DepositSeed, data: Data) -> None:
    """Show a deposit; one that is credited already stays as it is."""
    at = seed.credited_at or now()
    credited = seed.model_copy(update={"credited_at": at if seed.state == "credited" else None})
    document = keyed(credited)
    await data.deposits.replace_one({"_id": document["deposit_id"]}, document, upsert=True)
    if seed.state == "credited":
        order = {"user_id": seed.user_id, "asset": seed.asset, "amount": document["wire"]["amount"]}
        entry = {"action": "deposit", "applied_at": at, "order": order, **document}
        try:
            await data.ledger.insert_one(entry)
        except DuplicateKeyError:
            return
