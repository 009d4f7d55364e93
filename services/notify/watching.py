"""Who watches how much: open event streams, counted by visitor and in all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from services.notify.access import Access
from shared.http.address import bucket
from shared.http.errors import ProblemError

if TYPE_CHECKING:
    from fastapi import Request
    from sse_starlette import ServerSentEvent

MOST = 1_000  # pages kept up to date: each of them asks MongoDB every second
EACH = 30  # of one address or one IPv6 line, and of one person of staff
LATER = {"Retry-After": "60"}


@dataclass
class Watchers:
    """The streams that are open in this process; `watched` counts those of each visitor."""

    most: int = MOST
    each: int = EACH
    watched: dict[str, int] = field(default_factory=dict)

    def admit(self, visitor: str) -> None:
        """Raise ProblemError 429 where a visitor has enough, 503 where there is no room at all."""
        if self.watched.get(visitor, 0) >= self.each:
            raise ProblemError(429, "too_many_at_once", headers=LATER)
        if sum(self.watched.values()) >= self.most:
            raise ProblemError(503, "too_many_watch", headers=LATER)

    async def counted(
        self, visitor: str, changes: AsyncIterator[ServerSentEvent]
    ) -> AsyncIterator[ServerSentEvent]:
        """The changes, counted from the first asked for: what never starts holds no room.

        Of many that were admitted at once those that find none by then end with nothing.
        """
        try:
            self.admit(visitor)
        except ProblemError:
            return
        self.watched[visitor] = self.watched.get(visitor, 0) + 1
        try:
            async for change in changes:
                yield change
        finally:
            self.watched[visitor] -= 1
            if not self.watched[visitor]:
                del self.watched[visitor]


def visitor_of(request: Request, access: Access) -> str:
    """The person of staff, else the address: an office of many people has one address."""
    if who := access.on_board(request):
        return f"person {who.subject}"
    return address_of(request)


def address_of(request: Request) -> str:
    """The address, or the IPv6 line."""
    return f"address {bucket(request.client.host if request.client else '')}"
