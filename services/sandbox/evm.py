"""Ethereum's kin made of numbers: JSON-RPC results (ethereum.github.io/execution-apis)."""

from services.sandbox.networks import IDENTITY, Json, MoveSeed, block_hash, body_of, call_of, logs

SENDER = "0x" + "5e" * 20


def transaction(network: str, txid: str, seed: MoveSeed, tip: int) -> Json:
    """The transaction by its hash; the block is null while it waits."""
    first = seed.moves[0]
    token = first.contract is not None
    return {
        "hash": "0x" + txid,
        "from": SENDER,
        "to": "0x" + body_of(first.contract or first.to),
        "value": "0x0" if token else hex(int(first.units)),
        "input": "0x" + call_of(first) if token else "0x",
        "nonce": "0x1",
        "chainId": hex(int(IDENTITY[network])),
        **_place(network, seed, tip),
    }


def receipt(network: str, txid: str, seed: MoveSeed, tip: int) -> Json | None:
    """What came of it; null until it is in a block."""
    place = _place(network, seed, tip)
    if place["blockNumber"] is None:
        return None
    written: list[Json] = [] if seed.failed else logs(seed)
    entries = [
        {
            "address": f"0x{log['address']}",
            "topics": [f"0x{topic}" for topic in _texts(log["topics"])],
            "data": f"0x{log['data']}",
            "logIndex": hex(number),
            "removed": False,
        }
        for number, log in enumerate(written)
    ]
    status = "0x0" if seed.failed else "0x1"
    return {"transactionHash": "0x" + txid, "status": status, "logs": entries, **place}


def _place(network: str, seed: MoveSeed, tip: int) -> Json:
    if seed.height is None or seed.height > tip:
        return {"blockNumber": None, "blockHash": None}
    mined = block_hash(network, seed.height)
    return {"blockNumber": hex(seed.height), "blockHash": f"0x{mined}"}


def _texts(value: object) -> list[str]:
    return [str(text) for text in value] if isinstance(value, list) else []
