"""What the first page shows of the last reports."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path("docs/measurements")
SHARES = ("category", "category, traps", "P1: found", "P1: true", "language, over 20 characters")


def measured() -> str:
    """Throughput beside the baselines, the faults, and how well texts are understood."""
    return "\n".join([*_throughput(), "", _faults(), "", *_understanding()])


def _lines(name: str) -> list[str]:
    return (FOLDER / f"{name}.md").read_text("utf-8").splitlines()


def _throughput() -> list[str]:
    bench = _lines("bench")
    when = ", ".join(bench[2].split(", ")[:2])
    return [f"{when}, CPU in ms a complaint:", "", *[x for x in bench if x.startswith("|")][:5]]


def _faults() -> str:
    faults = _lines("faults")
    day = next(line[:10] for line in faults if line.startswith("20"))
    cases = next(line for line in faults if line.endswith(" violations"))
    wrong = sum("| I" in line for line in faults)  # caught by an invariant
    page = "[Faults](docs/measurements/faults.md), `make faults`"
    return f"{page}, {day}: {cases}; {wrong} wrong runners found out."


def _understanding() -> list[str]:
    rows = [x.strip("| ").split(" | ") for x in _lines("understanding") if x.startswith("| ")]
    right = {row[0]: row[3] for row in rows}
    shares = "; ".join(f"{name} {right[name]}" for name in SHARES)
    page = "[unseen texts](docs/measurements/understanding.md)"
    return [
        f"Of {right['texts']} {page} in eight languages these shares were right: {shares}.",
        "![Categories, right and understood](docs/measurements/understanding.png)",
    ]
