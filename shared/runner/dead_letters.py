"""Dead letters: untouched bytes, the reason, and the place they came from."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from shared.pipeline import Stage
from shared.runner.ports import Record

MOST_ERROR = 300
ORIGINAL = "dlq-original-"


def dead_letter(
    stage: Stage, record: Any, reason: str, error: Exception, parked: str = ""
) -> Record:
    """Make the dead letter of one consumed record; what it carries already is kept.

    `parked` names the complaint that waits for a redrive because of it.
    """
    kept = [(k, bytes(v)) for k, v in record.headers or () if v is not None]
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
        "dlq-attempts": "1",
        "dlq-first-at": datetime.now(UTC).isoformat(),
    }
    there = {key for key, _ in kept}
    fresh = [
        (k, v.encode()) for k, v in added.items() if not (k.startswith(ORIGINAL) and k in there)
    ]
    names = {key for key, _ in fresh}
    return Record(
        stage.topic("dead-letters"),
        record.key,
        record.value,
        [*((k, v) for k, v in kept if k not in names), *fresh],
        record.partition,
    )
