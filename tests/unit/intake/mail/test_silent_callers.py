"""Who connects and says nothing keeps no mail out."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from services.intake.mail.smtp import AT_ONCE, FROM_ONE, Conversation, Conversations, Letterbox
from tests.unit.intake.mail.mails import OURS, SUPPORT, mail

IDLE_S = 0.3


class Arrivals:
    """Where mails go."""

    def __init__(self):
        self.taken = []

    async def take(self, raw, _route, _at):
        self.taken.append(raw)


@asynccontextmanager
async def listening(idle_s):
    """The port of a server, and the mails that it took."""
    arrivals = Arrivals()
    box = Letterbox(arrivals, OURS, most=1)
    made = Conversations(Conversation, box, "redress.example", idle_s)
    server = await asyncio.get_running_loop().create_server(made, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], arrivals.taken
    finally:
        server.close()
        made.close()
        await server.wait_closed()
        await asyncio.sleep(0)


@asynccontextmanager
async def connected(port, address="127.0.0.1"):
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
    try:
        yield reader, writer
    finally:
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize("said", [b"", b"EHLO x\r\n", b"EHL", b"nonsense\r\n"])
async def test_a_caller_who_falls_silent_is_let_go(said):
    async with listening(IDLE_S) as (port, _), connected(port) as (reader, writer):
        writer.write(said)
        async with asyncio.timeout(10 * IDLE_S):
            await reader.read()


async def test_a_slow_mail_is_taken_for_as_long_as_it_goes_on():
    async with listening(IDLE_S) as (port, taken), connected(port) as (reader, writer):
        for line in (b"EHLO x", b"MAIL FROM:<a@b.example>", f"RCPT TO:<{SUPPORT}>".encode()):
            writer.write(line + b"\r\n")
            await asyncio.sleep(IDLE_S / 6)
        writer.write(b"DATA\r\n")
        for sign in mail()[:12]:
            writer.write(bytes([sign]))
            await asyncio.sleep(IDLE_S / 3)
        writer.write(b"\r\n.\r\nQUIT\r\n")
        said = await reader.read()

    assert b"250 2.0.0 stored" in said
    assert taken == [mail()[:12] + b"\r\n"]


async def test_one_address_never_takes_every_place():
    async with listening(60) as (port, _):
        callers = [connected(port) for _ in range(FROM_ONE)]
        greetings = [await (await caller.__aenter__())[0].readline() for caller in callers]
        async with connected(port) as (one_more, _), connected(port, "127.0.0.2") as (other, _):
            refused, served = await one_more.readline(), await other.readline()
        for caller in callers:
            await caller.__aexit__(None, None, None)

    assert {greeting[:3] for greeting in greetings} == {b"220"}
    assert (refused[:3], served[:3]) == (b"421", b"220")
    assert FROM_ONE < AT_ONCE
