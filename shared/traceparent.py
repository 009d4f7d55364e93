"""W3C trace context of complaints, derived from ids alone: no clock, no randomness, nothing kept.

A complaint is one trace, whose id is the complaint's UUID. What an event or input came of is one
span, whose id is the last 16 hex digits of that event's id. So an event leads to its trace, a trace
to its events, and a record that comes again is the same span.
"""

from __future__ import annotations

import hashlib
import re

_is_uuid = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}").fullmatch


def trace_id(complaint: str) -> str:
    """32 hex digits."""
    return complaint.replace("-", "")


def span_id(id_: str) -> str:
    """16 hex digits for the id of an event or input."""
    if _is_uuid(id_):
        return id_[19:23] + id_[24:]
    return hashlib.sha256(id_.encode()).hexdigest()[:16]


def traceparent(complaint: str, id_: str) -> str:
    """The `traceparent` of a sampled event or input."""
    return f"00-{trace_id(complaint)}-{span_id(id_)}-01"


def sampled(complaint: str, share: float) -> bool:
    """Whether the trace is in that share of all, decided alike by every process."""
    return int(trace_id(complaint)[-8:], 16) < share * 2**32


def following(parent: str | None, complaint: str, id_: str) -> str | None:
    """The `traceparent` of an event that comes of an input with `parent`; none of one without."""
    return traceparent(complaint, id_) if parent else None
