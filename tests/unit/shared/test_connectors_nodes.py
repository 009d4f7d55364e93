"""What the connectors of the networks' nodes make of bad answers, large ones and many calls."""

import asyncio
import time

import httpx
import pytest
from pydantic import SecretStr
from pydantic_core import from_json, to_json

from shared.connectors.esplora import Esplora
from shared.connectors.evm import EvmNode
from shared.connectors.gate import Gate
from shared.connectors.node import LARGEST, host_of
from shared.connectors.nodes import nodes_of
from shared.connectors.rippled import Rippled
from shared.connectors.tron import TronNode
from shared.errors import TransientError
from shared.settings import Settings

TXID = "ab" * 32
KINDS = {"esplora": Esplora, "evm": EvmNode, "tron": TronNode, "rippled": Rippled}


class Server(httpx.AsyncBaseTransport):
    """Answers each request with what `answer` makes of it; counts those under way."""

    def __init__(self, answer, pause=0.0):
        self.answer, self.pause = answer, pause
        self.under_way = self.most = self.count = 0

    async def handle_async_request(self, request):
        self.count += 1
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await asyncio.sleep(self.pause)
            return self.answer(request)
        finally:
            self.under_way -= 1


def node(kind, answer, **more):
    transport = answer if isinstance(answer, Server) else Server(answer)
    return KINDS[kind](httpx.AsyncClient(transport=transport), "http://node", limit=1.0, **more)


def always(status, content):
    return lambda _: httpx.Response(status, content=content)


def rpc(**results):
    """A JSON-RPC server with these results, under the id of each call."""

    def answer(request):
        call = from_json(request.content)
        body = {"jsonrpc": "2.0", "id": call["id"], "result": results[call["method"]]}
        return httpx.Response(200, content=to_json(body))

    return answer


BAD = {
    "html": (200, b"<html>"),
    "empty": (200, b""),
    "cut off": (200, b'{"jsonrpc": "2.0", "id": 1, "res'),
    "a list": (200, b"[]"),
    "an error inside": (200, b'{"id": 1, "error": {"code": -32005}, "Error": "x", "result": null}'),
    "another call's": (200, b'{"id": 99, "result": "0x1", "Error": "x"}'),
    "a number beyond all size": (200, b'{"id": ' + b"9" * 6000),
    "a server's fault": (502, b"{}"),
    "a flood": (429, b"{}"),
    "not here": (404, b"{}"),
    "a redirect": (302, b""),
}


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "esplora"])
@pytest.mark.parametrize(("status", "body"), BAD.values(), ids=BAD)
async def test_what_is_no_answer_is_a_passing_fault(kind, status, body):
    with pytest.raises(TransientError):
        await node(kind, always(status, body)).responses(TXID)


@pytest.mark.parametrize("kind", KINDS)
async def test_an_answer_without_an_end_is_cut_short(kind):
    with pytest.raises(TransientError):
        await node(kind, always(200, b'{"id": "' + b"x" * LARGEST + b'"}')).responses(TXID)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_server_that_hangs_is_given_up_in_time(kind):
    started = time.monotonic()
    with pytest.raises(TransientError):
        await node(kind, Server(always(200, b"{}"), pause=30)).responses(TXID)

    assert time.monotonic() - started < 3


async def test_an_error_beside_an_empty_result_is_no_word_that_nothing_is_there():
    def answer(request):
        body = {"id": from_json(request.content)["id"], "result": None, "error": {"code": -32005}}
        return httpx.Response(200, content=to_json(body))

    with pytest.raises(TransientError):
        await node("evm", answer).responses(TXID)


async def test_a_passing_fault_is_tried_again():
    left = [503, 200]
    good = rpc(eth_chainId="0x1", eth_getTransactionByHash=None)

    def answer(request):
        return httpx.Response(503) if left and left.pop(0) == 503 else good(request)

    recorded = await node("evm", answer).responses(TXID)

    assert recorded["eth_getTransactionByHash"]["result"] is None


async def test_a_transaction_unknown_to_the_node_is_asked_no_further():
    server = Server(rpc(eth_chainId="0x1", eth_getTransactionByHash=None))

    assert set(await node("evm", server).responses(TXID)) == {
        "eth_chainId",
        "eth_getTransactionByHash",
    }
    assert server.count == 2


async def test_the_tip_is_asked_last():
    asked = []
    found = {"hash": "0x" + TXID}
    results = {
        "eth_chainId": "0x1",
        "eth_getTransactionByHash": found,
        "eth_getTransactionReceipt": {"logsBloom": "0x00", "status": "0x1"},
        "eth_blockNumber": "0x10",
    }

    def answer(request):
        asked.append(from_json(request.content)["method"])
        return rpc(**results)(request)

    recorded = await node("evm", answer).responses(TXID)

    assert asked == list(results)
    assert recorded["eth_getTransactionReceipt"]["result"] == {"status": "0x1"}


async def test_a_host_gets_no_more_calls_at_once_than_its_share():
    server = Server(rpc(eth_chainId="0x1", eth_getTransactionByHash=None), pause=0.02)
    one = node("evm", server, gate=Gate(3, 10_000))

    await asyncio.gather(*(one.responses(TXID) for _ in range(12)))

    assert (server.most, server.count) == (3, 24)


async def test_a_host_gets_no_more_calls_a_second_than_its_share():
    gate, begun = Gate(5, 50), []

    async def call():
        async with gate:
            begun.append(time.monotonic())

    await asyncio.gather(*(call() for _ in range(25)))

    assert begun[-1] - begun[0] > 0.35


async def test_a_call_given_up_while_it_waits_leaves_its_place():
    gate = Gate(1, 2)
    async with gate:
        pass
    async with gate:
        pass
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01), gate:
            pass
    async with asyncio.timeout(2), gate:
        pass


def settings(**urls):
    secret = {name: SecretStr(url) for name, url in urls.items()}
    return Settings(
        **{**secret, "esplora_url": "http://a/esplora, http://b/esplora/,http://a/esplora"}
    )


def test_each_url_is_one_source_named_by_its_host_alone():
    found = nodes_of(httpx.AsyncClient(), settings(ethereum_url="https://k:s@node.example/v3/KEY"))

    assert [named.name for named in found["bitcoin"]] == ["1@a", "2@b"]
    assert [named.name for named in found["ethereum"]] == ["1@node.example"]
    assert found["tron"] == ()


def test_a_key_in_a_url_is_never_told():
    assert host_of("https://user:key@node.example:8545/v3/KEY?token=KEY") == "node.example:8545"
    assert "KEY" not in repr(settings(ethereum_url="https://node.example/v3/KEY"))
