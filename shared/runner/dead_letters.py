"""Dead letters: untouched bytes, the reason, and the place they came from."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from shared.pipeline import Stage
from shared.runner.decode import header
from shared.runner.ports import Record

MOST_ERROR = 300
OURS = "dlq-"
KEPT = ("dlq-original-", "dlq-first-at")
MOST_DIGITS = 9


def redrives(record: Any) -> int:
    """How often a record was tried again, by its header."""
    text = header(record, "dlq-redrives")
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else 0


def facts_of(record: Any) -> dict[str, str]:
    """What a dead letter says of itself, by name without our prefix; nothing of what it carries."""
    return {
        key.removeprefix(OURS): bytes(value).decode(errors="replace")
        for key, value in record.headers or ()
        if key.startswith(OURS) and value is not None
    }


def kept(record: Any) -> list[tuple[str, bytes]]:
    """The headers that stay: all but ours, and of ours where and when it began."""
    pairs = [(key, bytes(value)) for key, value in record.headers or () if value is not None]
    return [(k, v) for k, v in pairs if not k.startswith(OURS) or k.startswith(KEPT)]


def dead_letter(
    stage: Stage, record: Any, reason: str, error: Exception, parked: str = ""
) -> Record:
    """Make the dead letter of one consumed record; what it carries already is kept.

    `parked` names the complaint that waits for a redrive because of it.
    """
    times = redrives(record)
    added = {
        "dlq-original-topic": record.topic,
        "dlq-original-partition": str(record.partition),
        "dlq-original-offset": str(record.offset),
        "dlq-original-timestamp": str(record.timestamp),
        "dlq-stage": stage.name,
        "dlq-reason": reason,
        "dlq-error-class": type(error).__name__,
        "dlq-error": str(error)[:MOST_ERROR] if hasattr(error, "slug") else reason,
        "dlq-parked": parked,
        "dlq-attempts": str(times + 1),
        "dlq-redrives": str(times),
        "dlq-first-at": datetime.now(UTC).isoformat(),
    }
    before = kept(record)
    there = {key for key, _ in before}
    fresh = [(key, value.encode()) for key, value in added.items() if key not in there]
    return Record(
        stage.topic("dead-letters"),
        record.key,
        record.value,
        [*before, *fresh],
        record.partition,
    )
