"""What each service spends its time on: the samples of a profiled run, in shares."""

from __future__ import annotations

import json
from pathlib import Path

from shared.pipeline import SERVICES
from tests.bench.sampler import EVERY_S, GROUPS, REST, RULES
from tests.bench.section import Section

COLUMNS = (RULES, *GROUPS, REST)


def measure(folder: Path) -> Section:
    """The shares that the services have written into the folder."""
    section = Section(
        "Where the time goes",
        f"Stacks of the services, looked at every {EVERY_S * 1000:.0f} ms of their CPU time; per "
        "cent of a service's samples. Whatever a rule calls is the rule's; else the innermost "
        "frame counts. The event loop's own code and other threads are `the rest`.",
        ("service", "CPU s", *COLUMNS),
    )
    for name in SERVICES:
        counts = json.loads((folder / f"{name}.json").read_text("utf-8"))
        taken = sum(counts.values()) or 1
        shares = [f"{100 * counts.get(group, 0) / taken:.0f}" for group in COLUMNS]
        section.rows.append((name, f"{taken * EVERY_S:.0f}", *shares))
    return section
