"""Forgets what was set aside and nobody took for a complaint, as long as the process lives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from services.intake.aside.shelf import Shelf
from services.intake.desk import desk
from shared.log import get_logger
from shared.runner.patience import beside
from shared.runner.wiring import Wiring

log = get_logger(__name__)
SWEPT_EVERY_S = 3600.0


@asynccontextmanager
async def sweeper(wiring: Wiring, every_s: float = SWEPT_EVERY_S) -> AsyncIterator[None]:
    """Sweep while the block lasts."""
    async with beside(_sweep(Shelf(desk(wiring), wiring.database), every_s)):
        yield


async def _sweep(shelf: Shelf, every_s: float) -> None:
    while True:
        try:
            await shelf.prepare()
            if count := await shelf.forget(datetime.now(UTC)):
                log.info("forgot what was set aside", count=count)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next round tries again
            log.warning("what is set aside was left for later", error_class=type(error).__name__)
        await asyncio.sleep(every_s)
