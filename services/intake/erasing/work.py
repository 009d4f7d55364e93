"""Erasure's outside work: the key destroyed for good, and what could find the person removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.intake.erasing.state import ERASE
from services.intake.linking.index import COLLECTION as TRACES
from shared.events.intake import KeyDestroyed
from shared.runner.away import away
from shared.runner.due import Claim, Work, each
from shared.runner.keys import Keyring
from shared.runner.wiring import Wiring

FOUND_BY: Mapping[str, str] = {TRACES: "_id", "intake_threads": "complaint"}
"""Collections that find a person again by a digest, and their field that names the complaint."""


def work(wiring: Wiring) -> Mapping[str, Work]:
    """What the stage owes of erasure."""
    return {ERASE: each(lambda claim: erase(wiring.keyring, wiring.database, claim))}


async def erase(keyring: Keyring, database: Any, claim: Claim) -> KeyDestroyed:
    """Done again it does no more. Raises TransientError.

    The digests go after the key: a comparison that was under way had still read the words.
    """
    await keyring.destroy(claim.complaint)
    with away():
        for name, field in FOUND_BY.items():
            await database[name].delete_many({field: claim.complaint})
    return KeyDestroyed(key=claim.item.key, put_by=claim.item.event)
