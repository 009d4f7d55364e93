"""Spans as they are noted: cheap to make, kept in a bounded queue, never in anybody's way."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from shared import traceparent

Value = str | int
Attributes = tuple[tuple[str, Value], ...]


class Kind(IntEnum):
    """As OTLP numbers them."""

    CLIENT = 3
    PRODUCER = 4
    CONSUMER = 5


class Span(NamedTuple):
    """One piece of work on a complaint; `id` and `parent` are ids of events, times in ns of UTC.

    Its attributes are `alike`, at least one, which many spans have, and its `own`. `error` says
    in one word why it failed.
    """

    name: str
    kind: Kind
    complaint: str
    id: str
    parent: str
    start: int
    end: int
    alike: Attributes
    own: Attributes = ()
    error: str = ""


def traced(complaint: str, share: float, lane: str) -> bool:
    """Whether a complaint is: a share of all, and each whose funds are in danger."""
    return bool(share) and (lane == "express" or traceparent.sampled(complaint, share))
