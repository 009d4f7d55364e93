"""Erasure's outside work: the key destroyed for good, and what could find the person removed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.intake.aside.shelf import Shelf
from services.intake.desk import desk
from services.intake.erasing.state import ERASE
from services.intake.linking.index import COLLECTION as TRACES
from services.intake.persons.index import COLLECTION as PEOPLE
from services.intake.persons.index import People, people
from shared.events.base import Result
from shared.events.intake import KeyDestroyed
from shared.runner.away import away
from shared.runner.due import Claim, Work
from shared.runner.wiring import Wiring

FOUND_BY: Mapping[str, str] = {
    TRACES: "_id",
    "intake_threads": "complaint",
    "intake_mail": "complaint",
    PEOPLE: "_id",
}
"""Collections that find a person again by a digest, and their field that names the complaint."""


def work(wiring: Wiring) -> Mapping[str, Work]:
    """What the stage owes of erasure."""

    async def erase(claims: Sequence[Claim]) -> Sequence[Result | None]:
        # The stage's door, which the shelf needs, is opened after its parts are made.
        return await wiring.one(eraser).erase(claims)

    return {ERASE: erase}


def eraser(wiring: Wiring) -> Eraser:
    """The eraser of this process; the stage's door must be open."""
    return Eraser(Shelf(desk(wiring), wiring.database), wiring.one(people))


async def prepare(database: Any) -> None:
    """Create the indexes that removals go by; a second time changes nothing. TransientError."""
    with away():
        for name, field in FOUND_BY.items():
            if field != "_id":
                await database[name].create_index(field, sparse=True)


@dataclass(frozen=True)
class Eraser:
    """Destroys keys, and removes digests; done again it does no more."""

    shelf: Shelf
    people: People

    async def erase(self, claims: Sequence[Claim]) -> list[Result | None]:
        """Erase a batch. Raises TransientError.

        The digests go after the keys: a comparison that was under way had still read the words.
        What was set aside of a person goes with the last of their complaints.
        """
        names = [claim.complaint for claim in claims]
        await asyncio.gather(*map(self.people.keyring.destroy, names))
        await self.shelf.forget_senders(await self.people.lonely(names))
        await self.shelf.forget_released(names)
        with away():
            for name, field in FOUND_BY.items():
                await self.shelf.database[name].delete_many({field: {"$in": names}})
        return [KeyDestroyed(key=c.item.key, put_by=c.item.event) for c in claims]
