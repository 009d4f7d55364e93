"""What came by a channel and opens no complaint: kept as it came, once, for a person to look at."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.intake.desk import Desk, Incoming
from shared.runner.away import away


@dataclass(frozen=True)
class SetAside:
    """Rows `{_id, channel, account, reason, raw, at}`; the bytes lie in the files, encrypted.

    A row's `_id` is also the name of the key that destroys its bytes.
    """

    desk: Desk
    rows: Any

    async def keep(self, message: Incoming, reason: str) -> bool:
        """Keep a message; False where it was there. Raises TransientError."""
        id_ = str(uuid.uuid5(uuid.UUID(self.desk.name(message)), "set aside"))
        await self.desk.door.keyring.create(id_)
        digest = await self.desk.files.keep(id_, message.raw, "raw")
        try:
            with away():
                await self.rows.insert_one(_row(id_, message, reason, digest, message.received_at))
        except DuplicateKeyError:
            return False
        return True


def _row(id_: str, message: Incoming, reason: str, raw: str, at: datetime) -> dict[str, Any]:
    kept = {"channel": message.channel, "account": message.account, "reason": reason}
    return {"_id": id_, **kept, "raw": raw, "at": at}
