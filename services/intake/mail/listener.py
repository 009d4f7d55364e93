"""The ways by which mail comes in, as long as the process lives: those that the settings name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from services.intake.mail.arrivals import arrivals
from services.intake.mail.imap import Fetcher
from services.intake.mail.smtp import Conversations, lmtp, smtp
from services.intake.places import host_port
from shared.errors import UsageError
from shared.log import get_logger
from shared.mail import message_domain, ours
from shared.runner.patience import beside, until
from shared.runner.wiring import Wiring

log = get_logger(__name__)


@asynccontextmanager
async def mail(wiring: Wiring) -> AsyncIterator[None]:
    """Take mail in while the block lasts. Raises UsageError, also for an address in use."""
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
        for place, setting, make in (
            (ways[0], "REDRESS_MAIL_LISTEN", smtp),
            (ways[1], "REDRESS_MAIL_LMTP", lmtp),
        ):
            if place:
                talks = make(found, own, host)
                await doors.enter_async_context(_served(place, setting, talks))
        if ways[2]:
            fetcher = Fetcher(found, ways[2], settings.imap_poll)
            await doors.enter_async_context(beside(fetcher.run()))
        yield


@asynccontextmanager
async def _served(place: str, setting: str, conversations: Conversations) -> AsyncIterator[None]:
    host, port = host_port(place, setting)
    try:
        server = await asyncio.get_running_loop().create_server(conversations, host, port)
    except OSError as error:
        raise UsageError(f"{setting}: cannot listen there ({error.strerror})") from error
    log.info("taking mail")
    try:
        yield
    finally:
        server.close()
        conversations.close()
        await server.wait_closed()
