"""Throughput: beside the baselines, by backlog, over time, and with a second process of a stage."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from shared.pipeline import SERVICES
from tests.bench.section import Section
from tests.bench.variant import Figures, Moment

LEAST_RATIO, LEAST_SHARE = 25.0, 0.35
LEAST_STEADY = 0.85
MOST_MB = 250.0
QUARTERS = 4
HEADS = ("complaints", "/s", "ours is", "services", "mongod", "Kafka", "strangers, cores")


def baselines(ours: Figures, tutorial: Figures | None, limit: Figures | None) -> Section:
    """Ours beside a tutorial's way and the limit, all of one run."""
    section = Section(
        "Throughput beside the baselines",
        "Complaints a second from the first record handed to a rule until every stage has applied "
        "every event and nothing is owed. CPU in ms a complaint. `limit` "
        "writes each document at its final size.",
        ("variant", *HEADS),
    )
    for figures in filter(None, (tutorial, ours, limit)):
        times = f"{ours.rate / figures.rate:.2f} x"
        section.rows.append((figures.name, *_figures(figures, times)))
    _demand(section, ours, tutorial, LEAST_RATIO)
    _demand(section, ours, limit, LEAST_SHARE)
    return section


def _demand(section: Section, ours: Figures, other: Figures | None, least: float) -> None:
    if other:
        times = ours.rate / other.rate
        section.demand(
            held=times >= least,
            otherwise=f"ours is {times:.2f} times {other.name}, less than {least}",
        )


def _figures(figures: Figures, times: str) -> list[str]:
    cpu = {name: 1000 * s / figures.complaints for name, s in figures.usage.cpu.items()}
    services = sum(ms for name, ms in cpu.items() if name.partition("-")[0] in SERVICES)
    shown = [f"{ms:.1f}" for ms in (services, cpu["mongo"], cpu["kafka"])]
    count, rate = f"{figures.complaints:,}", f"{figures.rate:.1f}"
    return [count, rate, times, *shown, f"{figures.usage.other:.2f}"]


def backlogs(runs: Sequence[Figures]) -> Section:
    """Ours with queues of several lengths."""
    section = Section(
        "Throughput by backlog",
        "The same, with ever longer queues in front of the first stage.",
        ("complaints queued", "/s", "strangers, cores"),
    )
    for run in sorted(runs, key=lambda f: f.complaints):
        row = f"{run.complaints:,}", f"{run.rate:.1f}", f"{run.usage.other:.2f}"
        section.rows.append(row)
    return section


def over_time(ours: Figures) -> Section:
    """Events a second and memory by quarter of one run."""
    section = Section(
        "Over time",
        f"One run of {ours.complaints:,} complaints in quarters of its time: events a second, and "
        "MB held by each service at the end of the quarter.",
        ("quarter", "events/s", *SERVICES),
    )
    peak = max(ours.usage.peak_mb[name] for name in SERVICES)
    section.demand(held=peak <= MOST_MB, otherwise=f"a service held {peak:.0f} MB at its peak")
    moments = [Moment(0.0, 0, {}), *ours.moments]
    if len(moments) <= QUARTERS:
        section.demand(held=False, otherwise="the run was too short to compare its quarters")
        return section
    ends = [moments[len(ours.moments) * n // QUARTERS] for n in range(QUARTERS + 1)]
    rates = []
    for number, (before, end) in enumerate(pairwise(ends), 1):
        rates.append((end.events - before.events) / (end.seconds - before.seconds))
        held = [f"{end.memory[name]:.0f}" for name in SERVICES]
        section.rows.append((str(number), f"{rates[-1]:,.0f}", *held))
    section.demand(
        held=rates[3] >= LEAST_STEADY * rates[1],
        otherwise=f"the last quarter had {rates[3] / rates[1]:.2f} of the second one's rate",
    )
    return section


def processes(one: Figures, two: Figures) -> Section:
    """One process of notify, the busiest service, against two."""
    section = Section(
        "A second process",
        "The same backlog with one and with two processes of notify, on the same cores.",
        ("processes of notify", *HEADS),
    )
    for name, figures in (("1", one), ("2", two)):
        section.rows.append((name, *_figures(figures, f"{figures.rate / one.rate:.2f} x")))
    return section
