"""Trusts in ownership, and lets partitions go while their batch is under way."""

from __future__ import annotations

from typing import Any

from tests.faults.switches import Stumbling
from tests.faults.wrong import ownership

UnguardedStore = ownership.UnguardedStore


class Consumer(Stumbling):
    async def on_partitions_revoked(self, revoked: set[Any]) -> None:
        self.assigned -= revoked
