"""The keys that open an export of this installation."""

import asyncio
from collections.abc import Mapping, Sequence

from pydantic import SecretStr

from shared.cli.installation import installation, secret, settings
from shared.events.personal import DataKey
from shared.runner.keys import MongoKeyStore
from shared.runner.mongo import connect, disconnect

AT_ONCE = 5_000


def stored_keys(kids: Sequence[str]) -> Mapping[str, DataKey]:
    """The keys of these names that MongoDB has; a destroyed one has no secret."""
    address = installation("mongo").mongo
    chosen = settings().model_copy(update={"mongo": SecretStr(address)})

    async def fetch() -> dict[str, DataKey]:
        client = connect(chosen)
        store = MongoKeyStore(client[chosen.keys_database], secret("master_key"))
        keys: dict[str, DataKey] = {}
        try:
            for first in range(0, len(kids), AT_ONCE):
                keys |= await store.fetch(kids[first : first + AT_ONCE])
        finally:
            await disconnect(client)
        return keys

    return asyncio.run(fetch())
