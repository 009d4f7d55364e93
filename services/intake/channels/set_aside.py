"""What came by a channel and opens no complaint: kept as it came, once, for a person to look at."""

from __future__ import annotations

from dataclasses import dataclass
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
        id_, raw = await self.desk.set_aside(message)
        row = {"channel": message.channel, "account": message.account, "reason": reason}
        try:
            with away():
                await self.rows.insert_one(
                    {"_id": id_, **row, "raw": raw, "at": message.received_at}
                )
        except DuplicateKeyError:
            return False
        return True
