"""Runs the bench; the last line is for scripts, the exit code 0 means that it held its promises."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path

from shared.errors import UsageError
from shared.pipeline import SERVICES
from tests.bench import report, sampler
from tests.bench.ground import BenchError
from tests.bench.measures import (
    audit,
    door,
    due,
    express,
    latency,
    mail,
    observed,
    outage,
    pages,
    privacy,
    profile,
    search,
    throughput,
    understanding,
)
from tests.bench.section import Section
from tests.bench.variant import Figures, measured, recorded

SHORT = 2_000
LOADS = (0.1, 0.5, 0.8)
PARTS = (
    "baselines",
    "backlogs",
    "processes",
    "latency",
    "due",
    "express",
    "door",
    "mail",
    "outage",
    "privacy",
    "audit",
    "pages",
    "understanding",
    "observed",
)


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


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="Throughput beside a tutorial's way and the machine's limit, latency, lanes.",
        epilog="example: python -m tests.bench --only baselines --complaints 2500 --tutorial 150",
    )
    parser.add_argument("--complaints", type=int, default=20_000, help="of ours and of the limit")
    parser.add_argument("--tutorial", type=int, default=1_000, help="its complaints; 0: skip it")
    parser.add_argument("--longest", type=int, default=100_000, help="the longest backlog")
    parser.add_argument("--queued", type=int, default=100_000, help="while accounts are stolen")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="some parts")
    parser.add_argument("--folder", type=Path, default=Path("reports"), help="of the report")
    parser.add_argument("--profile", type=Path, help="folder for samples of each service's time")
    return parser.parse_args()


class Bench:
    """The parts that were asked for, in order; each prints its section when it is done."""

    def __init__(self, asked: argparse.Namespace) -> None:
        self.asked = asked
        self.sections: list[Section] = []
        self.last = ""
        self.rate = 0.0
        self.runs: list[Figures] = []

    def run(self) -> list[str]:
        """The promises that were not held."""
        report.clear(self.asked.folder)
        for part in PARTS:
            if part in self.asked.only:
                getattr(self, part)()
                command = " ".join(["python -m tests.bench", *sys.argv[1:]])
                report.write(self.asked.folder, self.sections, command)
        return [fault for section in self.sections for fault in section.faults]

    def add(self, *sections: Section) -> None:
        """Keep and print."""
        self.sections += sections
        for section in sections:
            sys.stdout.write(f"\n{section.markdown()}")
        sys.stdout.flush()

    def baselines(self) -> None:
        count, few = self.asked.complaints, self.asked.tutorial
        tutorial = measured("tutorial", few) if few else None
        ours = measured("ours", count)
        if self.asked.profile:
            self.add(profile.measure(self.asked.profile))
        limit = measured("limit", count, recorded())
        for figures in filter(None, (tutorial, ours, limit)):
            sys.stdout.write(table(figures) + "\n")
        self.add(throughput.baselines(ours, tutorial, limit), throughput.over_time(ours))
        self.last, self.rate = last_line(ours, tutorial, limit), ours.rate
        self.runs = [run for run in (tutorial, ours, limit) if run]

    def backlogs(self) -> None:
        longest = measured("ours", self.asked.longest)
        runs = [*self.runs, measured("ours", SHORT), longest]
        ours = [run for run in runs if run.name == "ours"]
        self.add(throughput.backlogs(ours), throughput.over_time(longest))
        report.plot_throughput(self.asked.folder, runs)

    def processes(self) -> None:
        one = measured("ours", SHORT)
        self.add(throughput.processes(one, measured("ours", SHORT, None, (*SERVICES, "notify-2"))))

    def latency(self) -> None:
        shares = (float(round(self._full() * share)) for share in LOADS)
        section, found = latency.measure(sorted({latency.PROMISED_RATE, *shares}))
        self.add(section)
        report.plot_latency(self.asked.folder, found)

    def understanding(self) -> None:
        self.add(understanding.measure(self.asked.folder))

    def observed(self) -> None:
        self.add(observed.measure(self.asked.complaints))

    def outage(self) -> None:
        self.add(outage.measure(float(round(self._full() * LOADS[0]))))

    def _full(self) -> float:
        """Complaints a second at full load."""
        self.rate = self.rate or measured("ours", SHORT).rate
        return self.rate

    def due(self) -> None:
        self.add(due.measure())

    def door(self) -> None:
        self.add(door.measure())

    def mail(self) -> None:
        self.add(mail.measure())

    def privacy(self) -> None:
        self.add(privacy.measure())

    def audit(self) -> None:
        self.add(*audit.measure())

    def pages(self) -> None:
        self.add(pages.measure(), search.measure())

    def express(self) -> None:
        self.add(express.measure(self.asked.queued))


def main() -> int:
    asked = options()
    logging.getLogger("aiokafka").setLevel(logging.ERROR)  # new topics have no leader at first
    if asked.profile:
        asked.profile.mkdir(parents=True, exist_ok=True)
        os.environ[sampler.FOLDER] = str(asked.profile.absolute())
    bench = Bench(asked)
    faults = bench.run()
    for fault in faults:
        sys.stderr.write(f"bench: not met: {fault}\n")
    if bench.last:
        sys.stdout.write(bench.last + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (BenchError, UsageError) as error:
        sys.stderr.write(f"bench: {error}\n")
        sys.exit(2)
