"""The nodes of the other networks over HTTP, and the seeding of what they know."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from services.sandbox import evm, tron, xrp
from services.sandbox.chain import TXID
from services.sandbox.database import Data
from services.sandbox.networks import IDENTITY, Json, MoveSeed, Network
from services.sandbox.problems import ProblemError
from services.sandbox.shapes import Blocks, Taken, Tip

public = APIRouter()
router = APIRouter(prefix="/sandbox/networks")


class Call(Taken, extra="ignore"):
    """A call of JSON-RPC."""

    id: int | str | None = None
    method: str
    params: Annotated[list[Any], Field(default_factory=list)]


class Wanted(Taken, extra="ignore"):
    """What a TRON node is asked for."""

    value: str = ""
    num: int = 0


@public.post("/evm/{network}")
async def json_rpc(network: Network, call: Call, data: Data) -> Json:
    """One call of JSON-RPC 2.0."""
    head: Json = {"jsonrpc": "2.0", "id": call.id}
    if call.method == "eth_chainId":
        return {**head, "result": hex(int(IDENTITY[network]))}
    if call.method == "eth_blockNumber":
        return {**head, "result": hex(await _tip(data, network))}
    show = {
        "eth_getTransactionByHash": evm.transaction,
        "eth_getTransactionReceipt": evm.receipt,
    }.get(call.method)
    if show is None:
        return {**head, "error": {"code": -32601, "message": "no such method"}}
    txid = str(call.params[0] if call.params else "").lower().removeprefix("0x")
    seed = await _known(data, network, txid)
    found = None if seed is None else show(network, txid, seed, await _tip(data, network))
    return {**head, "result": found}


@public.post("/tron/{wallet}/{method}")
async def tron_api(wallet: str, method: str, wanted: Wanted, data: Data) -> Json:
    """One method of a full node; what it does not know is an empty object."""
    if method == "getblockbynum" and wanted.num == 0:
        return {"blockID": IDENTITY["tron"]}
    tip = await _tip(data, "tron")
    if method == "getnowblock":
        return tron.tip_block(tip)
    told = tron.solid if wallet == "walletsolidity" else tron.info
    show = {"gettransactionbyid": tron.transaction, "gettransactioninfobyid": told}.get(method)
    if show is None:
        return {"Error": "no such method"}
    seed = await _known(data, "tron", wanted.value)
    return {} if seed is None else show(wanted.value, seed, tip)


@public.post("/rippled")
async def rippled(call: Call, data: Data) -> Json:
    """One method of rippled's JSON-RPC."""
    if call.method == "server_info":
        return {"result": xrp.server()}
    if call.method != "tx":
        return {"result": {"error": "unknownCmd", "status": "error"}}
    asked = call.params[0] if call.params and isinstance(call.params[0], dict) else {}
    txid = str(asked.get("transaction", "")).lower()
    seed = await _known(data, "xrp_ledger", txid)
    if seed is None:
        return {"result": xrp.unknown()}
    return {"result": xrp.transaction(txid, seed, await _tip(data, "xrp_ledger"))}


@router.put("/{network}/transactions/{txid}", status_code=204)
async def seed_move(network: Network, txid: str, seed: MoveSeed, data: Data) -> None:
    """Broadcast a transaction, or put it into the block of the height given."""
    if TXID.fullmatch(txid) is None:
        raise ProblemError(422, "invalid_request", "a transaction id has 64 hex digits")
    document = {"network": network, "height": seed.height, "seed": seed.model_dump(mode="json")}
    await data.moves.replace_one({"_id": f"{network}:{txid}"}, document, upsert=True)


@router.put("/{network}/tip", status_code=204)
async def seed_tip(network: Network, tip: Tip, data: Data) -> None:
    """Move the tip; a lower one takes the blocks above it off the chain."""
    await data.chain.update_one({"_id": f"tip:{network}"}, {"$set": tip.model_dump()}, upsert=True)


@router.post("/{network}/mine")
async def mine(network: Network, mined: Blocks, data: Data) -> Tip:
    """Add blocks; what waits goes into the first of them."""
    height = await _tip(data, network)
    waiting = {"network": network, "height": None}
    await data.moves.update_many(waiting, {"$set": {"height": height + 1}})
    newest = Tip(height=height + mined.blocks)
    await seed_tip(network, newest, data)
    return newest


async def _known(data: Data, network: str, txid: str) -> MoveSeed | None:
    document = await data.moves.find_one({"_id": f"{network}:{txid}"})
    if document is None:
        return None
    return MoveSeed.model_validate({**document["seed"], "height": document["height"]})


async def _tip(data: Data, network: str) -> int:
    document = await data.chain.find_one({"_id": f"tip:{network}"})
    return int(document["height"]) if document else 0
