"""Fills the index of persons once, as soon as a process of intake runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.intake.erasing.work import prepare
from services.intake.persons.index import people
from shared.log import get_logger
from shared.runner.patience import beside
from shared.runner.wiring import Wiring

log = get_logger(__name__)
AGAIN_S = 5.0


@asynccontextmanager
async def filler(wiring: Wiring) -> AsyncIterator[None]:
    """Fill it beside the block."""
    async with beside(_fill(wiring)):
        yield


async def _fill(wiring: Wiring) -> None:
    while True:
        try:
            await prepare(wiring.database)
            await wiring.one(people).fill()
        except Exception as error:  # noqa: BLE001 - whatever it is, the next round tries again
            log.warning("the index of persons waits", error_class=type(error).__name__)
            await asyncio.sleep(AGAIN_S)
        else:
            return
