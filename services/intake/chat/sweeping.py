"""Looks after chats as long as the process lives: hands over what waits, forgets what is idle."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from services.intake.chat.api import conversations
from services.intake.chat.conversation import Conversations
from shared.log import get_logger
from shared.runner.patience import beside
from shared.runner.wiring import Wiring

log = get_logger(__name__)
SWEPT_EVERY_S = 30.0


@asynccontextmanager
async def sweeper(wiring: Wiring, every_s: float = SWEPT_EVERY_S) -> AsyncIterator[None]:
    """Sweep the chats while the block lasts, whether anybody opens the chat or not."""
    async with beside(_sweep(conversations(wiring), every_s)):
        yield


async def _sweep(chats: Conversations, every_s: float) -> None:
    while True:
        await asyncio.sleep(every_s)
        try:
            await chats.sweep(datetime.now(UTC))
        except Exception as error:  # noqa: BLE001 - whatever it is, the next round tries again
            log.warning("chats were left for later", error_class=type(error).__name__)
