"""Ethereum and its kin over JSON-RPC (ethereum.github.io/execution-apis, JSON-RPC 2.0)."""

from itertools import count

import httpx

from shared.connectors.gate import Gate
from shared.connectors.http import LIMIT_S
from shared.connectors.node import NodeRemote, Recorded
from shared.errors import TransientError

_BY_HASH, _RECEIPT = "eth_getTransactionByHash", "eth_getTransactionReceipt"
_TIP, _CHAIN_ID = "eth_blockNumber", "eth_chainId"


class EvmNode:
    """One node; native coin and tokens alike are in the transaction and its receipt."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        url: str,
        *,
        gate: Gate | None = None,
        limit: float = LIMIT_S,
    ) -> None:
        self._remote = NodeRemote(client, url, gate=gate, limit=limit)
        self._ids = count(1)

    async def responses(self, txid: str) -> Recorded:
        """The transaction, its receipt, then the tip, which may not be below its block."""
        chain = await self._call(_CHAIN_ID)
        found = await self._call(_BY_HASH, "0x" + txid)
        answers = {_CHAIN_ID: chain, _BY_HASH: found}
        if found["result"] is None:
            return answers
        receipt = await self._call(_RECEIPT, "0x" + txid)
        if isinstance(receipt["result"], dict):
            receipt["result"].pop("logsBloom", None)
        return {**answers, _RECEIPT: receipt, _TIP: await self._call(_TIP)}

    async def _call(self, method: str, *params: object) -> Recorded:
        """The envelope of an answer to this very call. Raises TransientError."""
        asked = next(self._ids)
        body = {"jsonrpc": "2.0", "id": asked, "method": method, "params": list(params)}
        answer = await self._remote.ask("POST", "", body)
        if answer.get("id") != asked or "result" not in answer or answer.get("error") is not None:
            raise TransientError("no result")
        return {"jsonrpc": "2.0", "result": answer["result"]}
