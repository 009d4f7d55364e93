"""The secrets of webhook endpoints, wrapped by the same master keys as the complaints' keys."""

from __future__ import annotations

from collections import Counter
from typing import Any

from shared.runner.away import away
from shared.runner.master import MasterKeys

COLLECTION = "webhooks"


def kid_of(endpoint: str) -> str:
    """What a secret of that endpoint is wrapped for."""
    return f"webhook|{endpoint}"


class WebhookSecrets:
    """The wrapped secrets at rest. Every method raises TransientError."""

    def __init__(self, database: Any, master: MasterKeys) -> None:
        self.rows = database[COLLECTION]
        self.master = master

    async def wrapped_by(self) -> Counter[str]:
        """How many secrets each master key wraps, by its id."""
        with away():
            rows = await self.rows.find({}, {"secrets.by": 1}).to_list(None)
        return Counter(one["by"] for row in rows for one in row["secrets"])

    async def rotate(self) -> int:
        """Wrap every secret anew with the active master key; returns how many were.

        Raises UsageError where the ring lacks a key. One that changes meanwhile is left to the
        next time.
        """
        done = 0
        with away():
            rows = await self.rows.find({}, {"secrets": 1}).to_list(None)
            for row in rows:
                anew = [self._anew(row["_id"], one) for one in row["secrets"]]
                count = sum(one["by"] != self.master.active for one in row["secrets"])
                if count:
                    same = {"_id": row["_id"], "secrets": row["secrets"]}
                    changed = await self.rows.update_one(same, {"$set": {"secrets": anew}})
                    done += count * changed.modified_count
        return done

    def _anew(self, endpoint: str, kept: dict[str, Any]) -> dict[str, Any]:
        if kept["by"] == self.master.active:
            return kept
        kid = kid_of(endpoint)
        wrapped = self.master.wrap(kid, self.master.open(kid, bytes(kept["wrapped"]), kept["by"]))
        return {**kept, "wrapped": wrapped.content, "by": wrapped.by}
