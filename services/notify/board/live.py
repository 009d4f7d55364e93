"""The board as its watchers see it: written once for all of them."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from services.notify.board.board import BoardView
from services.notify.board.feed import Feed
from services.notify.html import part


class Shown(NamedTuple):
    """A piece of the page, and the chart's numbers as JSON."""

    html: str
    flow: str


class LiveBoard:
    """Gives the same object until something that is shown has changed."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self._view: BoardView | None = None
        self._shown = Shown("", "")

    async def shown(self, now: datetime) -> Shown:
        """What there is to see at `now`. Raises TransientError while MongoDB is away."""
        view = await self.feed.view(now)
        if view is not self._view:
            self._view = view
            html = part("board_numbers", board=view)
            if html != self._shown.html:
                self._shown = Shown(html, view.flow.model_dump_json())
        return self._shown
