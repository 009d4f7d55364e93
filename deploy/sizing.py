"""What a number of complaints a month needs, from what one complaint was measured to cost."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

MONTH_S = 30 * 24 * 3600
# The busiest minutes beside the mean of the month: a choice, not a measurement.
PEAK = 5
# Cores at 40 complaints/s over HTTP (docs/measurements/bench.md, "Latency and due work").
AT = 40
CORES = {
    "intake": 0.36,
    "triage": 0.28,
    "investigation": 0.16,
    "resolution": 0.12,
    "notify": 0.28,
}
MONGOD, KAFKA = 0.42, 0.24
# A process has one thread of Python; beyond this share of its core queues grow.
SHARE = 0.6
# Complaints/s at one door, without files p99 71 ms ("The door and mail").
DOOR = 50
LEAST = 2
# One credited deposit, from door to closure (the same page, "What a complaint takes on disk").
KAFKA_KB, MONGO_KB, LEDGER_KB = 86, 62, 90
COPIES = 3


def needs(a_month: int) -> dict[str, str]:
    """The needs of that many complaints a month, by what they are of; disks in 10^9 bytes."""
    peak = a_month / MONTH_S * PEAK
    pods = {name: max(LEAST, ceil(peak * cores / AT / SHARE)) for name, cores in CORES.items()}
    pods["intake"] = max(pods["intake"], ceil(peak / DOOR))
    return {
        "complaints/s, mean and peak": f"{a_month / MONTH_S:.1f}, {peak:.0f}",
        **{f"pods of {name}": str(count) for name, count in pods.items()},
        "pods of the express lane, of the ledger": "3, 1",
        "cores of mongod's primary at the peak": f"{peak * MONGOD / AT:.1f}",
        "cores of Kafka at the peak, all brokers": f"{peak * KAFKA / AT * COPIES:.1f}",
        f"Kafka, disk a month, {COPIES} copies": _size(a_month * KAFKA_KB * COPIES),
        f"MongoDB, disk a month, {COPIES} members": _size(a_month * MONGO_KB * COPIES),
        "the ledger, disk a month": _size(a_month * LEDGER_KB),
    }


def _size(kilobytes: float) -> str:
    gigabytes = kilobytes / 1e6
    return f"{gigabytes / 1000:.1f} TB" if gigabytes >= 1000 else f"{gigabytes:.0f} GB"  # noqa: PLR2004 - a thousand


def table(months: tuple[int, ...] = (1_000_000, 10_000_000, 100_000_000)) -> Iterator[str]:
    """The page's table, line by line."""
    columns = [needs(month) for month in months]
    yield f"| a month | {' | '.join(f'{month // 1_000_000} million' for month in months)} |"
    yield "|---|" + "---|" * len(months)
    for name in columns[0]:
        yield f"| {name} | {' | '.join(column[name] for column in columns)} |"
