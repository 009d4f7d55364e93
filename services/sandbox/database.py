"""The sandbox's own data in MongoDB, the same for every module."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import stamina
from fastapi import Depends, Request
from pymongo import AsyncMongoClient, IndexModel
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

NAME = "redress_sandbox"

Document = dict[str, Any]
_Data = AsyncDatabase[Document]

_OWNED = [IndexModel([("user_id", 1), ("at", 1)])]
_INDEXES = {
    "accounts": [IndexModel("email_key"), IndexModel("addresses")],
    "deposits": [IndexModel("txid_key"), IndexModel("user_id")],
    "ledger": [
        IndexModel("user_id"),
        # The rule that no deposit is credited twice, whatever the keys say.
        IndexModel(
            "deposit_id", unique=True, partialFilterExpression={"deposit_id": {"$exists": True}}
        ),
        IndexModel("txid_key"),
        # The rule that no withdrawal is given back twice.
        IndexModel(
            "refund_of", unique=True, partialFilterExpression={"refund_of": {"$exists": True}}
        ),
    ],
    "fills": [IndexModel([("order_id", 1), ("at", 1)])],
    "books": [IndexModel([("symbol", 1), ("at", 1)])],
    "tiers": [IndexModel([("symbol", 1), ("since", 1)], unique=True)],
    "prices": [IndexModel([("symbol", 1), ("series", 1), ("at", 1)], unique=True)],
    "mails": [IndexModel("to")],
    "answers": [IndexModel([("account", 1), ("thread", 1)])],
} | dict.fromkeys(
    ("withdrawals", "logins", "positions", "orders", "transfers", "api_calls"), _OWNED
)


def now() -> datetime:
    """The present, in the milliseconds that MongoDB keeps."""
    present = datetime.now(UTC)
    return present.replace(microsecond=present.microsecond // 1000 * 1000)


@asynccontextmanager
async def opened(uri: str) -> AsyncIterator[_Data]:
    """The database with its indexes; waits for as long as the server is away."""
    client: AsyncMongoClient[Document] = AsyncMongoClient(
        uri,
        tz_aware=True,
        timeoutMS=3000,
        serverSelectionTimeoutMS=3000,
        w="majority",
        journal=True,
    )
    async with client:
        async for attempt in stamina.retry_context(
            on=PyMongoError, attempts=None, timeout=None, wait_max=5.0
        ):
            with attempt:
                for collection, indexes in _INDEXES.items():
                    await client[NAME][collection].create_indexes(indexes)
        yield client[NAME]


async def _of(request: Request) -> _Data:
    database: _Data = request.app.state.database
    return database


Data = Annotated[_Data, Depends(_of)]
