"""Spans as they are noted: cheap to make, kept in a bounded queue, never in anybody's way."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from shared import traceparent
from shared.metrics import SPANS_DROPPED
from shared.tracing import names

MOST = 20_000
Value = str | int


class Kind(IntEnum):
    """As OTLP numbers them."""

    CLIENT = 3
    PRODUCER = 4
    CONSUMER = 5


@dataclass(frozen=True, slots=True)
class Span:
    """One piece of work on a complaint; `id` and `parent` are ids of events, times in ns of UTC."""

    name: str
    kind: Kind
    complaint: str
    id: str
    parent: str
    start: int
    end: int
    attributes: Mapping[str, Value] = field(default_factory=dict)


class Spans:
    """Those of this process that wait to be sent; with a share of 0, none are made."""

    def __init__(self) -> None:
        self.share = 0.0
        self.waiting: deque[Span] = deque()

    def traceparent(self, complaint: str, id_: str) -> str | None:
        """What an input that begins here carries; None where its complaint is not traced."""
        if self.share and traceparent.sampled(complaint, self.share):
            return traceparent.traceparent(complaint, id_)
        return None

    def note(self, span: Span) -> None:
        """Keep a span until it is sent; one too many is dropped and counted."""
        if len(self.waiting) < MOST:
            self.waiting.append(span)
        else:
            SPANS_DROPPED.inc()

    def take(self, most: int) -> list[Span]:
        """The oldest that wait."""
        return [self.waiting.popleft() for _ in range(min(most, len(self.waiting)))]


SPANS = Spans()


def of_message(complaint: str, id_: str) -> dict[str, Value]:
    """The attributes of all messages: which one, in which conversation."""
    return {names.SYSTEM: "kafka", names.MESSAGE: id_, names.CONVERSATION: complaint}
