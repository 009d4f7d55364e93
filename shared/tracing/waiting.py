"""Spans of this process that wait to be sent, encoded, in a bounded queue."""

from __future__ import annotations

from collections import deque

from shared import traceparent
from shared.metrics import SPANS_DROPPED
from shared.tracing.encoding import encoded
from shared.tracing.spans import Span, traced

MOST = 20_000


class Spans:
    """Those of this process that wait to be sent; with a share of 0, none are made."""

    def __init__(self) -> None:
        self.share = 0.0
        self.waiting: deque[bytes] = deque()

    def traceparent(self, complaint: str, id_: str, lane: str = "normal") -> str | None:
        """What an input that begins here carries; None where its complaint is not traced."""
        if traced(complaint, self.share, lane):
            return traceparent.traceparent(complaint, id_)
        return None

    def note(self, span: Span) -> None:
        """Keep a span until it is sent; one too many is dropped and counted."""
        if len(self.waiting) < MOST:
            self.waiting.append(encoded(span))
        else:
            SPANS_DROPPED.inc()

    def take(self, most: int) -> list[bytes]:
        """The oldest that wait."""
        return [self.waiting.popleft() for _ in range(min(most, len(self.waiting)))]


SPANS = Spans()
