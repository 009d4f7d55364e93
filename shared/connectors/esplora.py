"""The bitcoin chain over the Esplora API (github.com/Blockstream/esplora, API.md)."""

import re

import httpx
from pydantic import TypeAdapter
from pydantic_core import from_json

from shared.connectors.http import LIMIT_S, Remote, segment
from shared.connectors.models import Answer, Moment
from shared.errors import TransientError

_TXID = re.compile(r"[0-9a-fA-F]{64}")
_OK = 200


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

    def __init__(self, client: httpx.AsyncClient, url: str, *, limit: float = LIMIT_S) -> None:
        self._remote = Remote(client, url, limit=limit)

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

    async def responses(self, txid: str) -> dict[str, dict[str, object]]:
        """The answers as they came, for the deposit playbook and the evidence.

        The tip is read after the transaction: read before, it could be below its block.
        """
        transaction = await self._remote.send("GET", f"/tx/{segment(txid.lower())}")
        tip = await self._remote.send("GET", "/blocks/tip/height")
        return {
            "GET /tx/{txid}": _recorded(transaction),
            "GET /blocks/tip/height": _recorded(tip),
        }


def _recorded(response: httpx.Response) -> dict[str, object]:
    """The status and the body: JSON where it is JSON, as a good answer always is, else text."""
    try:
        return {"status": response.status_code, "json": from_json(response.content)}
    except ValueError:
        if response.status_code == _OK:
            raise TransientError("undecodable answer") from None
        return {"status": response.status_code, "text": response.text}
