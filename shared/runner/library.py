"""The tasks that the Kafka libraries run by themselves: one may die, and nobody is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

# A connection that uvloop has closed raises RuntimeError, which aiokafka expects nowhere.
TASKS = {
    "coordinator_dead": ("_coordinator", "_coordination_task"),
    "fetcher_dead": ("_fetcher", "_fetch_task"),
    "sender_dead": ("_sender", "_sender_task"),
    "consumer_metadata_dead": ("_client", "_sync_task"),
    "producer_metadata_dead": ("client", "_sync_task"),
}
RESTARTS = 5


def ended_for_good(loops: Sequence[Any]) -> bool:
    """Whether none of a subscriber's loops runs, or FastStream starts one again and again."""
    ended = sum(loop.done() for loop in loops)
    return bool(loops) and (ended == len(loops) or ended >= RESTARTS)


def dead_task(library: Any) -> str | None:
    """Which task of a consumer or producer of aiokafka has ended, as a slug."""
    for reason, (part, name) in TASKS.items():
        task = getattr(getattr(library, part, None), name, None)
        if task is not None and task.done():
            return reason
    return None
