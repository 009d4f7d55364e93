"""The XRP Ledger over rippled's JSON-RPC (xrpl.org, public API methods `tx`, `server_info`)."""

import httpx

from shared.connectors.gate import Gate
from shared.connectors.http import LIMIT_S
from shared.connectors.node import NodeRemote, Recorded
from shared.errors import TransientError

_UNKNOWN = "txnNotFound"
_META = ("TransactionResult", "delivered_amount", "DeliveredAmount")


class Rippled:
    """One server."""

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
        """The transaction with what it delivered, and the network that the server follows."""
        server = await self._call("server_info", {})
        info = server.get("info")
        network = info.get("network_id") if isinstance(info, dict) else None
        found = await self._call("tx", {"transaction": txid.upper(), "binary": False})
        if isinstance(meta := found.get("meta"), dict):
            found["meta"] = {name: meta[name] for name in _META if name in meta}
        return {
            "server_info": {"result": {"info": {"network_id": network}}},
            "tx": {"result": found},
        }

    async def _call(self, method: str, params: Recorded) -> Recorded:
        """The result; that a transaction is unknown is one too. Raises TransientError."""
        answer = await self._remote.ask("POST", "", {"method": method, "params": [params]})
        result = answer.get("result")
        if not isinstance(result, dict) or result.get("error") not in {None, _UNKNOWN}:
            raise TransientError("no result")
        return result
