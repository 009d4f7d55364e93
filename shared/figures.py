"""The figures of the work itself: what is counted of complaints. Labels are from closed sets alone.

A figure is counted by the process that wrote what it is about, once, after the write; a process
that dies then may lose those of its last batch. The events have them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from prometheus_client import Counter, Gauge, Histogram

from shared.events.base import Category

OF_CASE = ("category", "language", "channel")
MINUTE, HOUR, DAY = 60, 3600, 86400
WAITS = (MINUTE, 5 * MINUTE, HOUR, 4 * HOUR, DAY, 3 * DAY, 7 * DAY, 15 * DAY, 35 * DAY, 56 * DAY)
STEPS = (1, MINUTE, 5 * MINUTE, HOUR, 4 * HOUR, DAY, 3 * DAY, 7 * DAY, 35 * DAY)
SOON = (0.5, 1, 2.5, 5, 15, 30, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR)
OTHER = "other"
CATEGORIES = frozenset(get_args(Category))
LANGUAGES = frozenset({"zh", "en", "ko", "ja", "ru", "es", "fr", "vi"})
CHANNELS = frozenset(
    {
        "web_form",
        "in_app",
        "chat",
        "email",
        "phone",
        "messenger",
        "telegram",
        "social",
        "forum",
        "exchange",
    }
)
Handled = Literal["rules", "people"]

RECEIVED = Counter("redress_complaints_received_total", "complaints taken in", ("channel",))
CLASSIFIED = Counter("redress_cases_classified_total", "cases", (*OF_CASE, "priority"))
DECIDED = Counter(
    "redress_cases_decided_total",
    "decisions told, by who proposed them: rules alone, or people",
    (*OF_CASE, "by"),
)
REOPENED = Counter("redress_cases_reopened_total", "appeals that were admitted", OF_CASE)
WARNED = Counter(
    "redress_clocks_warned_total",
    "promises at risk: a share (per cent) of a clock's time is gone",
    ("clock", "share", "team"),
)
BREACHED = Counter(
    "redress_clocks_breached_total", "promises broken", (*OF_CASE, "clock", "team", "priority")
)
ACKNOWLEDGED = Histogram(
    "redress_acknowledged_seconds",
    "from receipt to the acknowledgement written",
    ("channel",),
    buckets=SOON,
)
FROZEN = Histogram(
    "redress_frozen_seconds",
    "from receipt of an emergency to its freeze, read back from the exchange",
    buckets=SOON,
)
FIRST_RESPONSE = Histogram(
    "redress_first_response_seconds",
    "from receipt to the first word about the matter itself",
    OF_CASE,
    buckets=WAITS,
)
RESOLUTION = Histogram(
    "redress_resolution_seconds", "from receipt to the first decision", OF_CASE, buckets=WAITS
)
STAGE_TIME = Histogram(
    "redress_stage_seconds",
    "how long a decided complaint stood in a stage, at the level of the decision",
    ("stage", "category"),
    buckets=STEPS,
)
RATING = Histogram(
    "redress_rating_score", "ratings from 1 to 5", (*OF_CASE, "team"), buckets=(1, 2, 3, 4, 5)
)
OPEN = Gauge(
    "redress_open_cases",
    "cases in work or waiting for somebody, by age in days since they were classified (up to)",
    ("age",),
)
HELPED = Counter(
    "redress_self_service_total",
    "what customers asked without a complaint: a check, an answer of the bot, or on to people",
    ("what",),
)


def of_case(category: str | None, language: str | None, channel: str | None) -> Sequence[str]:
    """The labels of a case; what is outside the known sets is `other`."""
    return (
        _known(category, CATEGORIES),
        _known(language, LANGUAGES),
        known_channel(channel),
    )


def known_channel(channel: str | None) -> str:
    """A channel as a label: who submits names it, so any word may come."""
    return _known(channel, CHANNELS)


def _known(value: str | None, values: frozenset[str]) -> str:
    return value if value in values else OTHER
