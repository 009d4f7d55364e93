"""Intake: where a message goes whose own complaint is over."""

from typing import ClassVar

from pydantic import AwareDatetime

from shared.events.base import Event, Result
from shared.events.late import Word


class WordDelivered(Result):
    """The other complaint's door took the message."""

    event_type: ClassVar[str] = "redress.word-delivered.v1"


class MessageMoved(Event):
    """The message belongs to another complaint: a new one that it `opens`, or that one before it.

    `into` and `reference` name it; `since` is when this one was received.
    """

    event_type: ClassVar[str] = "redress.message-moved.v1"
    into: str
    reference: str
    opens: bool
    since: AwareDatetime | None = None
    word: Word


class MessageArrived(Event):
    """The other complaint has the message; `key` names the work that is done with that."""

    event_type: ClassVar[str] = "redress.message-arrived.v1"
    key: str
