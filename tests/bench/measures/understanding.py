"""How well complaints in eight languages are understood, by set of texts, and how fast."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from services.triage.rules import Classification, classify
from services.triage.rules.category import CATEGORIES
from shared.rules.danger import EMERGENCY, LANGUAGES
from shared.rules.first_screen import funds_in_danger
from tests.bench.section import Section

CASES = Path("tests/unit/triage/cases")
SETS = ("tuning", "held_out", "blind")
UNSEEN = SETS[-1]
PICTURE = "understanding.png"
PAGE = "understanding.md"
CATEGORY, TRAP, RECALL, PRECISION, LANGUAGE, MICROSECONDS = 0.92, 0.80, 1.0, 0.85, 0.99, 200
LONG = 20  # characters, from which on the language is promised


@dataclass(frozen=True)
class Judged:
    """A labelled text and what was understood of it."""

    case: dict[str, Any]
    found: Classification

    def right(self, field: str) -> bool:
        return bool(self.case[field] == getattr(self.found, field))


def measure(folder: Path) -> Section:
    """Accuracy of each set of texts; draws the confusion of categories into the folder."""
    section = Section(
        "Understanding",
        "Shares that are right, of labelled texts. `tuning` is learned from, so its figures say "
        f"nothing of new texts; `held_out` is not. The texts of `{UNSEEN}` were not read for "
        "terms, rules or training; its totals were seen while thresholds were chosen, so may "
        "flatter a little. The first screen decides at the door, before triage.",
        ("of", *SETS),
    )
    judged = {name: _judged(name) for name in SETS}
    took = {name: _microseconds(judged[name]) for name in SETS}
    section.rows += [
        (title, *(f"{count(judged[name]):.3f}" for name in SETS)) for title, count in _COUNTS
    ]
    section.rows += [("µs of CPU a text", *(f"{took[name]:.0f}" for name in SETS))]
    section.rows += [("texts", *(str(len(judged[name])) for name in SETS))]
    _promises(section, judged[UNSEEN], took[UNSEEN])
    _draw(folder, judged[UNSEEN])
    (folder / PAGE).write_text(f"{section.markdown()}\n![confusion]({PICTURE})\n", "utf-8")
    return section


def _judged(name: str) -> list[Judged]:
    lines = (CASES / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [Judged(case, classify(case["text"])) for case in map(json.loads, lines)]


def _microseconds(judged: Sequence[Judged]) -> float:
    begun = time.process_time()
    for one in judged:
        classify(one.case["text"])
    return 1e6 * (time.process_time() - begun) / len(judged)


def _share(found: Iterable[bool]) -> float:
    listed = list(found)
    return sum(listed) / max(1, len(listed))


def _category(judged: Sequence[Judged]) -> float:
    return _share(one.right("category") for one in judged)


def _traps(judged: Sequence[Judged]) -> float:
    return _share(one.right("category") for one in judged if one.case["trap"])


def _priority(judged: Sequence[Judged]) -> float:
    return _share(one.right("priority") for one in judged)


def _recall(judged: Sequence[Judged]) -> float:
    return _share(one.right("priority") for one in judged if one.case["priority"] == EMERGENCY)


def _precision(judged: Sequence[Judged]) -> float:
    return _share(one.right("priority") for one in judged if one.found.emergency)


def _language(judged: Sequence[Judged]) -> float:
    return _share(one.right("language") for one in judged if len(one.case["text"]) > LONG)


def _screened(judged: Sequence[Judged]) -> float:
    urgent = (one.case["text"] for one in judged if one.case["priority"] == EMERGENCY)
    return _share(map(funds_in_danger, urgent))


def _false_alarms(judged: Sequence[Judged]) -> float:
    calm = (one.case["text"] for one in judged if one.case["priority"] != EMERGENCY)
    return _share(map(funds_in_danger, calm))


def _spoken(language: str, judged: Sequence[Judged]) -> float:
    return _category([one for one in judged if one.case["language"] == language])


_COUNTS = (
    ("category", _category),
    ("category, traps", _traps),
    ("priority", _priority),
    (f"{EMERGENCY}: found", _recall),
    (f"{EMERGENCY}: true", _precision),
    (f"language, over {LONG} characters", _language),
    (f"first screen: {EMERGENCY} found", _screened),
    ("first screen: false alarms", _false_alarms),
    *((f"category, {name}", partial(_spoken, name)) for name in LANGUAGES),
)


def _promises(section: Section, judged: Sequence[Judged], took: float) -> None:
    promised = (
        ("category", _category, CATEGORY),
        ("category of traps", _traps, TRAP),
        (f"{EMERGENCY} found", _recall, RECALL),
        (f"{EMERGENCY} true", _precision, PRECISION),
        ("language", _language, LANGUAGE),
    )
    for title, count, least in promised:
        found = count(judged)
        section.demand(held=found >= least, otherwise=f"{title}: {found:.3f} of {least} promised")
    section.demand(held=took <= MICROSECONDS, otherwise=f"{took:.0f} µs of CPU a text")


def _draw(folder: Path, judged: Sequence[Judged]) -> None:
    """The confusion of categories: what is right down, what was said across."""
    folder.mkdir(parents=True, exist_ok=True)
    places = {name: place for place, name in enumerate(CATEGORIES)}
    counts = [[0] * len(places) for _ in places]
    for one in judged:
        counts[places[one.case["category"]]][places[one.found.category]] += 1
    figure = Figure(figsize=(7, 6), layout="tight")
    axes = figure.subplots()
    axes.imshow([[count / max(1, sum(row)) for count in row] for row in counts], cmap="Blues")
    for down, row in enumerate(counts):
        for across, count in enumerate(row):
            if count:
                axes.text(across, down, str(count), ha="center", va="center", color="black")
    axes.set_xticks(range(len(places)), list(places), rotation=40, ha="right")
    axes.set_yticks(range(len(places)), list(places))
    axes.set(xlabel="understood", ylabel="right", title=f"{len(judged)} texts never seen")
    figure.savefig(folder / PICTURE, dpi=100)
