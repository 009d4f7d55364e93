"""TRON over a full node's HTTP API (developers.tron.network, HTTP API reference)."""

import httpx

from shared.connectors.gate import Gate
from shared.connectors.http import LIMIT_S
from shared.connectors.node import NodeRemote, Recorded
from shared.errors import TransientError

_TRANSACTION, _INFO = "/wallet/gettransactionbyid", "/wallet/gettransactioninfobyid"
_SOLID, _TIP = "/walletsolidity/gettransactioninfobyid", "/wallet/getnowblock"
_FIRST = "/wallet/getblockbynum"


class TronNode:
    """One node; a transaction that it does not know is an empty object."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        url: str,
        *,
        gate: Gate | None = None,
        limit: float = LIMIT_S,
    ) -> None:
        self._remote = NodeRemote(client, url, gate=gate, limit=limit)

    async def responses(self, txid: str) -> Recorded:
        """The transaction, what came of it, whether that is irreversible, then the tip."""
        first = await self._call(_FIRST, {"num": 0})
        answers = {_FIRST: {"blockID": first.get("blockID")}}
        for path in (_TRANSACTION, _INFO):
            answers[path] = await self._call(path, {"value": txid})
        if not any(answers[path] for path in (_TRANSACTION, _INFO)):
            return answers
        answers[_SOLID] = await self._call(_SOLID, {"value": txid})
        newest = await self._call(_TIP, {})
        return {**answers, _TIP: {"block_header": newest.get("block_header")}}

    async def _call(self, path: str, body: object) -> Recorded:
        """A node tells its errors in a good answer. Raises TransientError."""
        answer = await self._remote.ask("POST", path, body)
        if "Error" in answer:
            raise TransientError("answered an error")
        return answer
