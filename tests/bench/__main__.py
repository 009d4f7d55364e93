"""Runs the bench; the last line is for scripts, the exit code 0 means that it held its promises."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path

from shared.errors import UsageError
from shared.pipeline import SERVICES
from tests.bench import sampler
from tests.bench.ground import BenchError
from tests.bench.variant import Figures, measured, recorded

LEAST_RATIO = 25.0
LEAST_SHARE = 0.35
MOST_MB = 250.0


def table(figures: Figures) -> str:
    """What a variant did, by process."""
    usage, count = figures.usage, figures.complaints
    per = {name: 1000 * seconds / count for name, seconds in usage.cpu.items()}
    lines = [
        (
            f"{figures.name}: {figures.complaints:,} complaints, {figures.events:,} events in "
            f"{figures.seconds:.1f} s: {figures.rate:.1f}/s; strangers used {usage.other:.2f} cores"
        ),
        f"  {'':14}{'CPU ms/complaint':>18}{'cores':>8}{'peak MB':>9}",
    ]
    lines += [
        f"  {name:14}{per[name]:18.3f}{usage.cpu[name] / usage.seconds:8.2f}"
        f"{usage.peak_mb[name]:9.0f}"
        for name in (*SERVICES, "mongo", "kafka", "bench")
    ]
    services = sum(per[name] for name in SERVICES)
    lines.append(f"  {'services':14}{services:18.3f}")
    return "\n".join(lines)


def last_line(ours: Figures, tutorial: Figures | None, limit: Figures | None) -> str:
    """The promise of the design; what was not measured prints as 0."""
    slow, fast = (f.rate if f else 0.0 for f in (tutorial, limit))
    ratio, share = (ours.rate / rate if rate else 0.0 for rate in (slow, fast))
    return (
        f"bench: {ours.complaints} complaints, {ours.rate:.1f}/s; tutorial {slow:.1f}/s; "
        f"ratio {ratio:.1f}; limit {fast:.1f}/s; share {share:.2f}"
    )


def broken(ours: Figures, tutorial: Figures | None, limit: Figures | None) -> list[str]:
    """The promises that this run did not hold."""
    faults = []
    peak = max(ours.usage.peak_mb[name] for name in SERVICES)
    if peak > MOST_MB:
        faults.append(f"a service used {peak:.0f} MB, more than {MOST_MB:.0f}")
    if tutorial and ours.rate < LEAST_RATIO * tutorial.rate:
        faults.append(f"ours is less than {LEAST_RATIO:.0f} times tutorial")
    if limit and ours.rate < LEAST_SHARE * limit.rate:
        faults.append(f"ours is less than {LEAST_SHARE:.2f} of limit")
    return faults


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="Throughput beside a tutorial and beside the machine's limit, in one run.",
        epilog="example: python -m tests.bench --complaints 2500 --tutorial 150",
    )
    parser.add_argument("--complaints", type=int, default=20_000, help="of ours and of the limit")
    parser.add_argument("--tutorial", type=int, default=1_000, help="its complaints; 0: skip it")
    parser.add_argument("--no-limit", action="store_true", help="skip the limit")
    parser.add_argument("--profile", type=Path, help="folder for samples of each service's time")
    return parser.parse_args()


def main() -> int:
    asked = options()
    logging.getLogger("aiokafka").setLevel(logging.ERROR)  # new topics have no leader at first
    if asked.profile:
        asked.profile.mkdir(parents=True, exist_ok=True)
        os.environ[sampler.FOLDER] = str(asked.profile.absolute())
    tutorial = measured("tutorial", asked.tutorial) if asked.tutorial else None
    ours = measured("ours", asked.complaints)
    limit = None if asked.no_limit else measured("limit", asked.complaints, recorded())
    for figures in filter(None, (tutorial, ours, limit)):
        sys.stdout.write(table(figures) + "\n")
    faults = broken(ours, tutorial, limit)
    for fault in faults:
        sys.stderr.write(f"bench: {fault}\n")
    sys.stdout.write(last_line(ours, tutorial, limit) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (BenchError, UsageError) as error:
        sys.stderr.write(f"bench: {error}\n")
        sys.exit(2)
