"""A bitcoin chain made of numbers: blocks follow from their height, transactions from their seed.

The shapes are those of the Esplora API (github.com/Blockstream/esplora, API.md).
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from shared.rules.addresses import parse_address

Json = dict[str, object]

_GENESIS, _BLOCK_S = 1_231_006_505, 600
_SENDER = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"  # the example address of BIP 173
_SAT_PER_VBYTE = 10
_EMPTY_SIZE, _OUTPUT_SIZE = 51, 9
_KINDS = {(0, 20): "v0_p2wpkh", (0, 32): "v0_p2wsh", (0x51, 32): "v1_p2tr"}


class Script(NamedTuple):
    """An output script: its bytes in hex, its kind and its assembler text."""

    hex: str
    kind: str
    asm: str


def script_of(address: str) -> Script:
    """The script that pays a bitcoin address. Raises: ValueError where the text is none."""
    parsed = parse_address(address, "bitcoin")
    if parsed is None:
        raise ValueError("not a bitcoin address")
    head, body = parsed.payload[0], parsed.payload[1:].hex()
    if parsed.canonical.startswith("bc1"):
        return _witness(parsed.payload)
    if head == 0:
        asm = f"OP_DUP OP_HASH160 OP_PUSHBYTES_20 {body} OP_EQUALVERIFY OP_CHECKSIG"
        return Script(f"76a914{body}88ac", "p2pkh", asm)
    return Script(f"a914{body}87", "p2sh", f"OP_HASH160 OP_PUSHBYTES_20 {body} OP_EQUAL")


def transaction(txid: str, payees: Sequence[tuple[str, int]], height: int | None, tip: int) -> Json:
    """A transaction with one input; `payees` are addresses and satoshi."""
    outputs = [_output(address, value) for address, value in payees]
    size = _EMPTY_SIZE + sum(
        _OUTPUT_SIZE + len(str(output["scriptpubkey"])) // 2 for output in outputs
    )
    fee = size * _SAT_PER_VBYTE
    return {
        "txid": txid,
        "version": 2,
        "locktime": 0,
        "vin": [_input(txid, sum(value for _, value in payees) + fee)],
        "vout": outputs,
        "size": size,
        "weight": 4 * size,
        "fee": fee,
        "status": status(height, tip),
    }


def status(height: int | None, tip: int) -> Json:
    """Where a transaction of that height stands; above the tip it is not in a block yet."""
    if height is None or height > tip:
        return {"confirmed": False}
    return {
        "confirmed": True,
        "block_height": height,
        "block_hash": block_hash(height),
        "block_time": _GENESIS + _BLOCK_S * height,
    }


def block_hash(height: int) -> str:
    """The hash of a block; its last eight digits are the height."""
    return "0" * 20 + sha256(b"block %d" % height).hexdigest()[:36] + f"{height:08x}"


def block_status(given: str, tip: int) -> Json:
    """Whether the block is on the chain, and which follows it."""
    height = int(given[-8:], 16)
    if height > tip or block_hash(height) != given:
        return {"in_best_chain": False, "height": None, "next_best": None}
    following = block_hash(height + 1) if height < tip else None
    return {"in_best_chain": True, "height": height, "next_best": following}


def _witness(script: bytes) -> Script:
    version, length, program = script[0], script[1], script[2:].hex()
    number = f"PUSHNUM_{version - 0x50}" if version else "0"
    kind = _KINDS.get((version, length), "unknown")
    return Script(script.hex(), kind, f"OP_{number} OP_PUSHBYTES_{length} {program}")


def _output(address: str, value: int) -> Json:
    script = script_of(address)
    return {
        "scriptpubkey": script.hex,
        "scriptpubkey_asm": script.asm,
        "scriptpubkey_type": script.kind,
        "scriptpubkey_address": address,
        "value": value,
    }


def _input(txid: str, value: int) -> Json:
    return {
        "txid": sha256(f"input of {txid}".encode()).hexdigest(),
        "vout": 0,
        "prevout": _output(_SENDER, value),
        "scriptsig": "",
        "scriptsig_asm": "",
        "witness": [],
        "is_coinbase": False,
        "sequence": 0xFFFFFFFD,
    }
