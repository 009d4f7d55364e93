"""TRON made of numbers: what a full node's HTTP API answers (developers.tron.network)."""

from services.sandbox.networks import Json, MoveSeed, body_of, call_of, logs

SOLID_AFTER = 19  # blocks on top: 19 of 27 representatives have built on it
SENDER = "41" + "5e" * 20


def transaction(txid: str, seed: MoveSeed, tip: int) -> Json:
    """The transaction with the one contract that it holds."""
    first = seed.moves[0]
    value: Json = {"owner_address": SENDER}
    if first.contract is None:
        value |= {"to_address": body_of(first.to), "amount": int(first.units)}
    else:
        value |= {"contract_address": body_of(first.contract), "data": call_of(first)}
    kind = "TransferContract" if first.contract is None else "TriggerSmartContract"
    held = {"type": kind, "parameter": {"value": value}}
    found: Json = {"txID": txid, "raw_data": {"contract": [held]}}
    return {**found, "ret": [{"contractRet": _result(seed)}]} if _mined(seed, tip) else found


def info(txid: str, seed: MoveSeed, tip: int) -> Json:
    """What came of it; empty until it is in a block."""
    if not _mined(seed, tip):
        return {}
    receipt = {} if seed.moves[0].contract is None else {"result": _result(seed)}
    found: Json = {"id": txid, "blockNumber": seed.height, "receipt": receipt}
    if seed.failed:
        return {**found, "result": "FAILED"}
    return {**found, "log": logs(seed)} if seed.moves[0].contract else found


def solid(txid: str, seed: MoveSeed, tip: int) -> Json:
    """The same once it is irreversible."""
    return info(txid, seed, tip) if _mined(seed, tip - SOLID_AFTER) else {}


def tip_block(tip: int) -> Json:
    """The newest block."""
    return {"block_header": {"raw_data": {"number": tip}}, "transactions": []}


def _mined(seed: MoveSeed, tip: int) -> bool:
    return seed.height is not None and seed.height <= tip


def _result(seed: MoveSeed) -> str:
    return "OUT_OF_ENERGY" if seed.failed else "SUCCESS"
