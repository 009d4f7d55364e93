"""The stages' database, for a command that reads or writes a collection of no stage."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from pydantic import SecretStr

from shared.cli.installation import installation
from shared.cli.installation import settings as chosen
from shared.runner.mongo import connect, disconnect

Work = TypeVar("Work")


def in_database(work: Callable[[Any], Awaitable[Work]]) -> Work:
    """Do something in the database of the installation. Raises UsageError, TransientError."""
    address = installation("mongo").mongo
    settings = chosen().model_copy(update={"mongo": SecretStr(address)})

    async def doing() -> Work:
        client = connect(settings)
        try:
            return await work(client[settings.database])
        finally:
            await disconnect(client)

    return asyncio.run(doing())
