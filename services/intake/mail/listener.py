"""The ways by which mail comes in, as long as the process lives: those that the settings name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from services.intake.mail.arrivals import arrivals
from services.intake.mail.imap import Fetcher
from services.intake.mail.smtp import Conversations, lmtp, smtp
from shared.errors import UsageError
from shared.log import get_logger
from shared.mail import message_domain, ours
from shared.runner.patience import beside, until
from shared.runner.wiring import Wiring

log = get_logger(__name__)


@asynccontextmanager
async def mail(wiring: Wiring) -> AsyncIterator[None]:
    """Take mail in while the block lasts. Raises UsageError, OSError for an address in use."""
    settings = wiring.settings
    ways = (settings.mail_listen, settings.mail_lmtp, settings.imap_url.get_secret_value())
    if not any(ways):
        yield
        return
    if not ours(settings).addresses:
        raise UsageError("set REDRESS_MAIL_ADDRESSES to the addresses customers write to")
    found = arrivals(wiring)
    async with AsyncExitStack() as doors:
        doors.push_async_callback(found.reader.close)
        await doors.enter_async_context(beside(until(found.rows.prepare)))
        own, host = ours(settings), message_domain(settings)
        for place, make in ((ways[0], smtp), (ways[1], lmtp)):
            if place:
                await doors.enter_async_context(_served(place, make(found, own, host)))
        if ways[2]:
            fetcher = Fetcher(found, ways[2], settings.imap_poll)
            await doors.enter_async_context(beside(fetcher.run()))
        yield


@asynccontextmanager
async def _served(place: str, conversations: Conversations) -> AsyncIterator[None]:
    host, _, port = place.rpartition(":")
    if not host or not port.isdecimal():
        raise UsageError("an address to take mail at is host:port")
    server = await asyncio.get_running_loop().create_server(conversations, host, int(port))
    log.info("taking mail")
    try:
        yield
    finally:
        server.close()
        conversations.close()
        await server.wait_closed()
