"""What a service is wired from, on databases that are gone afterwards."""

from __future__ import annotations

import base64
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from secrets import token_bytes
from typing import Any

from pydantic import SecretStr

from shared.envelope import Envelope, read
from shared.runner.wiring import Wiring, wire
from shared.settings import Settings


def own(prefix: str, mongo: str, **more: Any) -> Settings:
    """Settings with databases and a master key of their own."""
    name = f"{prefix}_{uuid.uuid4().hex[:10]}"
    return Settings(
        mongo=SecretStr(mongo),
        database=name,
        keys_database=f"{name}_keys",
        master_key=SecretStr(base64.b64encode(token_bytes(32)).decode()),
        **more,
    )


@asynccontextmanager
async def wired(settings: Settings) -> AsyncIterator[Wiring]:
    """The log is not started."""
    wiring = wire(settings)
    try:
        yield wiring
    finally:
        for database in (settings.database, settings.keys_database):
            await wiring.client.drop_database(database)
        await wiring.http.aclose()
        if (closing := wiring.client.close()) is not None:  # one of the two drivers waits
            await closing


async def taken(wiring: Wiring) -> list[Envelope]:
    """What intake's door took, oldest first, readable."""
    found = []
    async for row in wiring.database["intake_inputs"].find().sort("accepted_at", 1):
        event = read(bytes(row["value"]), personal := [])
        await wiring.keyring.unlock(personal)
        found.append(event)
    return found
