"""What every node of a network shares: a bounded call, and the port that its answers come by."""

from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx
from pydantic_core import from_json

from shared.connectors.gate import Gate
from shared.connectors.http import LIMIT_S, Remote
from shared.errors import TransientError

Recorded = dict[str, Any]

LARGEST = 8 * 1024 * 1024  # bytes of one answer; a block's whole weight of outputs is less


class Node(Protocol):
    """One node of a network."""

    async def responses(self, txid: str) -> Recorded:
        """What the node says about a transaction, in the shape that the playbook's decoder reads.

        `txid` has 64 hexadecimal digits. What the node says of its own network is among the
        answers. Raises TransientError where asking again may help.
        """


class NodeRemote(Remote):
    """A node's server: its host's share of calls, and answers of a bounded size."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        url: str,
        *,
        gate: Gate | None = None,
        limit: float = LIMIT_S,
    ) -> None:
        super().__init__(client, url, limit=limit)
        self._gate = gate or Gate(100, 1000)

    async def ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """The JSON object of an answer of 200. Raises TransientError for anything else."""
        response = await self.send(method, path, json=body)
        if response.status_code != httpx.codes.OK:
            raise TransientError(f"answered {response.status_code}")
        try:
            answer = from_json(response.content, allow_inf_nan=False)
        except ValueError:
            raise TransientError("undecodable answer") from None
        if not isinstance(answer, dict):
            raise TransientError("no JSON object")
        return answer

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        async with self._gate:
            response = await self._client.send(request, stream=True)
            try:
                content = await _bounded(response)
            finally:
                await response.aclose()
        return httpx.Response(response.status_code, content=content, request=request)


async def _bounded(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > LARGEST:
            raise TransientError("answer too large")
    return bytes(body)


def host_of(url: str) -> str:
    """Host and port of a URL: a path may hold a key."""
    return urlsplit(url).netloc.rpartition("@")[2]
