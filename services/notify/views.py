"""What the routes of one process share: the history, the visitors' rights, one board."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from services.notify.access import Access
from services.notify.board.feed import Feed
from services.notify.history import History
from services.notify.reading.log import ReadLog
from services.notify.watching import Watchers

if TYPE_CHECKING:
    from shared.runner.app import Wiring


@dataclass(frozen=True)
class Views:
    """Made once; nothing is read before somebody asks."""

    history: History
    access: Access
    feed: Feed
    reading: ReadLog
    watchers: Watchers = field(default_factory=Watchers)

    @classmethod
    def of(cls, wiring: Wiring) -> Self:
        """The views of one process."""
        return cls(History(wiring), Access(wiring.settings), Feed(wiring), ReadLog(wiring))
