"""The bitcoin chain over the Esplora API (github.com/Blockstream/esplora, API.md)."""

import re

import httpx
from pydantic import TypeAdapter
from pydantic_core import from_json

from shared.connectors.gate import Gate
from shared.connectors.http import LIMIT_S, segment
from shared.connectors.models import Answer, Moment
from shared.connectors.node import NodeRemote, Recorded
from shared.errors import TransientError

_TXID = re.compile(r"[0-9a-fA-F]{64}")
_OK, _HASH = 200, 64
_STANDS = "GET /block/{hash}/status"


class Status(Answer):
    """Where a transaction stands; the block's fields are there once it is confirmed."""

    confirmed: bool
    block_height: int | None = None
    block_hash: str | None = None
    block_time: Moment | None = None


class Output(Answer):
    """One output; `value` in satoshi, the address is absent where the script maps to none."""

    scriptpubkey: str
    scriptpubkey_type: str
    scriptpubkey_address: str | None = None
    value: int


class Input(Answer):
    """One input; replacement is signalled by a sequence below 0xfffffffe (BIP 125)."""

    txid: str
    vout: int
    sequence: int


class Transaction(Answer):
    """A transaction; `fee` in satoshi, `weight` in weight units."""

    txid: str
    fee: int
    weight: int
    vin: tuple[Input, ...]
    vout: tuple[Output, ...]
    status: Status


class _Block(Answer):
    in_best_chain: bool


_TRANSACTION = TypeAdapter(Transaction)
_HEIGHT = TypeAdapter(int)
_BLOCK = TypeAdapter(_Block)


class Esplora:
    """Look-ups on the chain; each raises TransientError when asking again may help."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        url: str,
        *,
        gate: Gate | None = None,
        limit: float = LIMIT_S,
    ) -> None:
        self._remote = NodeRemote(client, url, gate=gate, limit=limit)

    async def transaction(self, txid: str) -> Transaction | None:
        """The transaction, None when the chain does not know it or the id is malformed."""
        if _TXID.fullmatch(txid) is None:
            return None
        return await self._remote.get(f"/tx/{txid.lower()}", _TRANSACTION)

    async def tip(self) -> int:
        """The height of the newest block."""
        height = await self._remote.get("/blocks/tip/height", _HEIGHT)
        if height is None:
            raise TransientError("no tip")
        return height

    async def in_best_chain(self, block_hash: str) -> bool:
        """Whether the block still stands, which a reorganisation may change."""
        block = await self._remote.get(f"/block/{segment(block_hash)}/status", _BLOCK)
        return block is not None and block.in_best_chain

    async def responses(self, txid: str) -> Recorded:
        """The answers as they came, for the deposit playbook and the evidence.

        The tip is read after the transaction: read before, it could be below its block. Whether
        the block still stands is asked last.
        """
        first = await self._remote.send("GET", "/block-height/0")
        transaction = _recorded(await self._remote.send("GET", f"/tx/{segment(txid.lower())}"))
        tip = await self._remote.send("GET", "/blocks/tip/height")
        answers = {
            "GET /block-height/0": {"status": first.status_code, "text": first.text[:_HASH]},
            "GET /tx/{txid}": transaction,
            "GET /blocks/tip/height": _recorded(tip),
        }
        if block := _block_of(transaction):
            stands = await self.in_best_chain(block)
            answers[_STANDS] = {"status": _OK, "json": {"in_best_chain": stands}}
        return answers


def _block_of(transaction: Recorded) -> str | None:
    found = transaction.get("json")
    status = found.get("status") if isinstance(found, dict) else None
    block = status.get("block_hash") if isinstance(status, dict) else None
    return block if isinstance(block, str) else None


def _recorded(response: httpx.Response) -> dict[str, object]:
    """The status and the body: JSON where it is JSON, as a good answer always is, else text."""
    try:
        return {
            "status": response.status_code,
            "json": from_json(response.content, allow_inf_nan=False),
        }
    except ValueError:
        if response.status_code == _OK:
            raise TransientError("undecodable answer") from None
        return {"status": response.status_code, "text": response.text}
