"""The chain's public look-ups, as Esplora answers them, and the seeding of the chain."""

import re

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from services.sandbox import bitcoin
from services.sandbox.database import Data, Document
from services.sandbox.networks import IDENTITY
from services.sandbox.problems import ProblemError
from services.sandbox.shapes import Blocks, Tip, TransactionSeed

public = APIRouter()
router = APIRouter()

TXID = re.compile(r"[0-9a-f]{64}")
_NOT_HEX = PlainTextResponse("Invalid hex string", 400)
_NOT_FOUND = PlainTextResponse("Transaction not found", 404)


@public.get("/esplora/tx/{txid}", response_model=None)
async def transaction(txid: str, data: Data) -> Response:
    """The whole transaction."""
    if TXID.fullmatch(txid.lower()) is None:
        return _NOT_HEX
    known = await _known(data, txid)
    if known is None:
        return _NOT_FOUND
    payees = [(payee["address"], payee["value"]) for payee in known["vout"]]
    # The tip is read last, so a transaction never stands above it.
    tip = await _tip(data)
    return JSONResponse(bitcoin.transaction(known["_id"], payees, known["height"], tip))


@public.get("/esplora/tx/{txid}/status", response_model=None)
async def transaction_status(txid: str, data: Data) -> Response:
    """Whether it is confirmed, and in which block."""
    if TXID.fullmatch(txid.lower()) is None:
        return _NOT_HEX
    known = await _known(data, txid)
    if known is None:
        return _NOT_FOUND
    return JSONResponse(bitcoin.status(known["height"], await _tip(data)))


@public.get("/esplora/blocks/tip/height")
async def tip_height(data: Data) -> PlainTextResponse:
    """The height of the newest block, as a plain number."""
    return PlainTextResponse(str(await _tip(data)))


@public.get("/esplora/block-height/0")
async def first_block() -> PlainTextResponse:
    """The hash of the first block, which names the network."""
    return PlainTextResponse(IDENTITY["bitcoin"])


@public.get("/esplora/block/{block_hash}/status", response_model=None)
async def block_status(block_hash: str, data: Data) -> Response:
    """Whether the block is part of the best chain."""
    if TXID.fullmatch(block_hash) is None:
        return _NOT_HEX
    return JSONResponse(bitcoin.block_status(block_hash, await _tip(data)))


@router.put("/sandbox/transactions/{txid}", status_code=204)
async def seed_transaction(txid: str, seed: TransactionSeed, data: Data) -> None:
    """Broadcast a transaction, or put it into the block of the height given."""
    if TXID.fullmatch(txid.lower()) is None:
        raise ProblemError(422, "invalid_request", "a transaction id has 64 hex digits")
    await data.transactions.replace_one({"_id": txid.lower()}, seed.model_dump(), upsert=True)


@router.put("/sandbox/tip", status_code=204)
async def seed_tip(tip: Tip, data: Data) -> None:
    """Move the tip; a lower one takes the blocks above it off the chain."""
    await data.chain.update_one({"_id": "tip"}, {"$set": {"height": tip.height}}, upsert=True)


@router.post("/sandbox/mine")
async def mine(mined: Blocks, data: Data) -> Tip:
    """Add blocks; what waits goes into the first of them."""
    before = await data.chain.find_one_and_update(
        {"_id": "tip"}, {"$inc": {"height": mined.blocks}}, upsert=True
    )
    height = before["height"] if before else 0
    await data.transactions.update_many({"height": None}, {"$set": {"height": height + 1}})
    return Tip(height=height + mined.blocks)


async def _known(data: Data, txid: str) -> Document | None:
    return await data.transactions.find_one({"_id": txid.lower()})


async def _tip(data: Data) -> int:
    document = await data.chain.find_one({"_id": "tip"})
    return int(document["height"]) if document else 0
