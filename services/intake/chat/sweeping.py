"""Looks after chats as long as the process lives: hands over what waits, forgets what is idle."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from services.intake.chat.api import passages
from services.intake.chat.conversation import Conversations
from services.intake.chat.sessions import Chats
from services.intake.desk import desk
from shared.log import get_logger
from shared.runner.wiring import Wiring

log = get_logger(__name__)
SWEPT_EVERY_S = 30.0


@asynccontextmanager
async def sweeper(wiring: Wiring, every_s: float = SWEPT_EVERY_S) -> AsyncIterator[None]:
    """Sweep the chats while the block lasts, whether anybody opens the chat or not."""
    chats = Chats(wiring.database, wiring.keyring)
    task = asyncio.create_task(_sweep(Conversations(desk(wiring), chats, passages), every_s))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _sweep(conversations: Conversations, every_s: float) -> None:
    while True:
        await asyncio.sleep(every_s)
        try:
            await conversations.sweep(datetime.now(UTC))
        except Exception as error:  # noqa: BLE001 - whatever it is, the next round tries again
            log.warning("chats were left for later", error_class=type(error).__name__)
