"""How a case's events are gone through, and what a reader may see of a person's words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.notify.timeline import words
from shared.envelope import Envelope
from shared.events.base import Event
from shared.events.personal import SEALED, Personal


@dataclass(frozen=True)
class Told:
    """A case's events in their order; `reads`: the reader has the right to a person's words."""

    events: Sequence[Envelope]
    reads: bool

    def of(self, *kinds: type[Event]) -> Iterator[tuple[Envelope, Any]]:
        """The events of these kinds, with what they say."""
        for event in self.events:
            if isinstance(event.data, kinds):
                yield event, event.data

    def last(self, *kinds: type[Event]) -> Event | None:
        """The newest of these kinds."""
        return next((e.data for e in reversed(self.events) if isinstance(e.data, kinds)), None)

    def said(self, personal: Personal | None) -> str:
        """A person's words, for those who may read them."""
        if personal is None:
            return ""
        return words(personal) if self.reads else SEALED


@dataclass(frozen=True)
class Note:
    """One line of a list: what, the particulars, who and when."""

    title: str
    at: datetime
    by: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    text: str = ""
    level: int = 1


def plain(code: str) -> str:
    """A code as a person reads it."""
    return code.replace("_", " ").replace("-", " ")


def percent(share: float | None) -> str:
    """A confidence as a person reads it."""
    return "" if share is None else f"{share:.0%}"
