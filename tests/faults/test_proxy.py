"""The proxy does to a connection what a test asks for, and nothing else."""

import asyncio
import time

import pytest
import pytest_asyncio

from shared.local.ports import LOOPBACK, Ports
from tests.faults.proxy import Proxy


@pytest_asyncio.fixture
async def proxy(tmp_path):
    """A proxy before a server that sends back what it gets, and notes it."""
    heard = []

    async def echo(reader, writer):
        while data := await reader.read(65536):
            heard.append(data)
            writer.write(data)
        writer.close()

    async with await asyncio.start_server(echo, LOOPBACK, 0) as server:
        with Ports(tmp_path / "ports.json") as ports:
            made = Proxy(ports.hold("proxy"), server.sockets[0].getsockname()[1])
            made.heard = heard
            made.start()
            yield made
            made.stop()


async def link(proxy):
    return await asyncio.open_connection(LOOPBACK, proxy.port)


async def said(pair, data=b"hello", seconds=2.0):
    """What comes back, and after how many seconds; nothing: b"" for an end, None for silence."""
    reader, writer = pair
    started = time.monotonic()
    writer.write(data)
    try:
        async with asyncio.timeout(seconds):
            back = await reader.readexactly(len(data))
    except TimeoutError:
        back = None
    except (asyncio.IncompleteReadError, ConnectionError):
        back = b""
    return back, time.monotonic() - started


async def closed(*pairs):
    for _, writer in pairs:
        writer.transport.abort()


async def test_it_passes_bytes_both_ways(proxy):
    pair = await link(proxy)
    assert (await said(pair, b"x" * 200_000))[0] == b"x" * 200_000
    await closed(pair)


async def test_down_it_cuts_and_refuses_until_it_is_healed(proxy):
    pair = await link(proxy)
    await said(pair)
    proxy.down()

    assert (await said(pair))[0] == b""
    with pytest.raises(ConnectionRefusedError):
        await link(proxy)
    proxy.heal()
    again = await link(proxy)
    assert (await said(again))[0] == b"hello"
    await closed(pair, again)


async def test_a_reset_ends_old_connections_and_takes_new_ones(proxy):
    old = await link(proxy)
    await said(old)
    proxy.reset()
    new = await link(proxy)

    assert (await said(old))[0] == b""
    assert (await said(new))[0] == b"hello"
    await closed(old, new)


async def test_hanging_it_says_nothing_and_goes_on_when_healed(proxy):
    pair = await link(proxy)
    proxy.hang()
    assert (await said(pair, seconds=0.5))[0] is None
    proxy.heal()
    async with asyncio.timeout(2):
        assert await pair[0].readexactly(5) == b"hello"
    await closed(pair)


async def test_an_answer_can_be_late(proxy):
    pair = await link(proxy)
    proxy.slow(latency_s=0.5)
    back, seconds = await said(pair)

    assert back == b"hello"
    assert seconds >= 0.5
    await closed(pair)


async def test_bytes_can_be_slow(proxy):
    pair = await link(proxy)
    proxy.slow(rate=1000.0)
    back, seconds = await said(pair, b"x" * 300)

    assert back == b"x" * 300
    assert seconds >= 0.3
    await closed(pair)


async def test_a_lost_answer_was_heard_by_the_server_and_ends_the_connection(proxy):
    pair = await link(proxy)
    proxy.lose(lambda data: b"write" in data, 1)

    assert (await said(pair, b"read"))[0] == b"read"
    assert (await said(pair, b"write"))[0] == b""
    assert b"".join(proxy.heard) == b"readwrite"
    assert proxy.lost == 1
    again = await link(proxy)
    assert (await said(again, b"write"))[0] == b"write"
    await closed(pair, again)


async def test_a_muted_connection_stays_and_says_nothing_any_more(proxy):
    pair, other = await link(proxy), await link(proxy)
    proxy.mute(lambda data: b"write" in data, 1)

    assert (await said(pair, b"write", 0.3))[0] is None
    assert (await said(pair, b"read", 0.3))[0] is None
    assert (await said(other, b"write"))[0] == b"write"
    assert b"".join(proxy.heard) == b"writereadwrite"
    await closed(pair, other)
