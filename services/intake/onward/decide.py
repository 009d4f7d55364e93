"""A message that came too late opens a new complaint, once; those after it belong to that one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from services.intake.onward.state import Onward
from shared.decider import Context, DecideRule
from shared.events.base import Event, Input
from shared.events.intake import (
    ComplaintLinked,
    Link,
    MessageArrived,
    MessageMoved,
    WordDelivered,
)
from shared.events.resolution import LateMessageNoted
from shared.reference import reference_of


def on_late_message(state: Onward, data: LateMessageNoted, context: Context) -> list[Event]:
    """Its clocks run from the receipt of this message; the link tells what it follows."""
    opens = state.successor is None
    into = state.successor or str(uuid.uuid5(uuid.UUID(context.complaint), f"on|{context.cause}"))
    moved = MessageMoved(
        into=into,
        reference=reference_of(into),
        opens=opens,
        since=state.received_at,
        word=data.word,
    )
    return [moved, ComplaintLinked(link=following(into), noticed=True)] if opens else [moved]


def following(other: str) -> Link:
    """The link between a complaint and the one that goes on where it ended; one person has both."""
    return Link(other=other, reasons=("follows",), people="same-contact")


def on_word_delivered(_state: Onward, data: WordDelivered, _context: Context) -> list[Event]:
    """The other complaint has it."""
    return [MessageArrived(key=data.key)]


ONWARD: Mapping[type[Event | Input], DecideRule] = {
    LateMessageNoted: on_late_message,
    WordDelivered: on_word_delivered,
}
