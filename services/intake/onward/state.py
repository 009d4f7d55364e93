"""What a complaint knows of the one that goes on after it, and the messages on their way there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from pydantic import AwareDatetime, Field

from services.intake.linking.state import Linked
from shared.decider import EvolveRule, due
from shared.envelope import Envelope
from shared.events.base import Event
from shared.events.intake import MessageArrived, MessageMoved

MOVE = "move_message"


class Onward(Linked):
    """`successor` is the complaint that later messages belong to, `moving` those on their way.

    `received_at` is when this complaint was received.
    """

    received_at: AwareDatetime | None = None
    successor: str | None = None
    moving: dict[str, MessageMoved] = Field(default_factory=dict)


S = TypeVar("S", bound=Onward)


def on_message_moved(state: S, data: MessageMoved, event: Envelope) -> S:
    """Owe the delivery, in the order they came: the first one opens the other complaint."""
    key = f"move:{event.id}"
    before = next(reversed(state.moving), None)
    item = due(event, key, MOVE, after=before)
    moving = {**state.moving, key: data}
    changes = {"successor": data.into, "moving": moving, "due": state.owing(item)}
    return state.model_copy(update=changes)


def on_message_arrived(state: S, data: MessageArrived, _event: Envelope) -> S:
    """Owe it no more."""
    moving = {key: moved for key, moved in state.moving.items() if key != data.key}
    return state.model_copy(update={"moving": moving, "due": state.without(data.key)})


ONWARD: Mapping[type[Event], EvolveRule] = {
    MessageMoved: on_message_moved,
    MessageArrived: on_message_arrived,
}
