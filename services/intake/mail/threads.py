"""Which complaint a mail adds to: only one whose contact is the mail's sender."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import cast

from services.intake.mail.parse import Mail
from services.intake.state import IntakeState
from shared.errors import KeyMissingError
from shared.mail import Ours
from shared.runner.door import Door

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Threads:
    """Follows what a mail answers; anybody may name a complaint, so the sender must fit."""

    def __init__(self, door: Door, own: Ours) -> None:
        self.door = door
        self.own = own

    async def complaint(self, mail: Mail, opened: list[str]) -> str | None:
        """The complaint; `opened` are those that the mails it answers would have opened.

        Raises TransientError.
        """
        if not mail.from_addr:
            return None
        found = [await self.door.store.by_reference(reference) for reference in mail.named]
        found += [*self._ours(mail), *opened]
        wanted = [complaint for complaint in dict.fromkeys(found) if complaint]
        there = await self.door.store.find(wanted) if wanted else {}
        for complaint in wanted:
            if complaint in there and await self._fits(complaint, mail.from_addr):
                return complaint
        return None

    def _ours(self, mail: Mail) -> Iterator[str]:
        """The complaints that our own Message-IDs name."""
        for thread in mail.threads:
            left, _, domain = thread.strip("<>").casefold().rpartition("@")
            if domain in self.own.domains and _UUID.fullmatch(left):
                yield str(uuid.UUID(left))

    async def _fits(self, complaint: str, sender: str) -> bool:
        state = cast("IntakeState | None", await self.door.state(complaint))
        if state is None or state.contact is None:
            return False
        try:
            return state.contact.text.casefold() == sender.casefold()
        except KeyMissingError:
            return False
