"""The report of a bench: Markdown with the machine's load beside each figure, and two plots."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import psutil
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tests.bench.measures.latency import Latency
from tests.bench.section import Section, percentile
from tests.bench.variant import Figures

LATENCY, THROUGHPUT = "latency.png", "throughput.png"
GIB = 2**30


def write(folder: Path, sections: Sequence[Section], command: str) -> Path:
    """Write `bench.md` into the folder; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    memory = psutil.virtual_memory().total / GIB
    told = (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, `{command}`, {os.cpu_count()} cores, "
        f"{memory:.0f} GiB, Python {platform.python_version()}. Kafka, mongod, the services and "
        "the load share these cores; `strangers` is what other programs used meanwhile."
    )
    plots = [
        f"![{name[:-4]}]({name})" for name in (LATENCY, THROUGHPUT) if (folder / name).exists()
    ]
    parts = ["# Measurements", "", told, "", *(s.markdown() for s in sections), *plots]
    path = folder / "bench.md"
    path.write_text("\n".join(parts) + "\n", encoding="utf-8")
    return path


def clear(folder: Path) -> None:
    """Remove the plots of an earlier run."""
    for name in (LATENCY, THROUGHPUT):
        (folder / name).unlink(missing_ok=True)


def plot_latency(folder: Path, found: Sequence[Latency]) -> None:
    """Latency against load."""
    folder.mkdir(parents=True, exist_ok=True)
    figure = Figure(figsize=(7, 4), layout="tight")
    axes = figure.subplots()
    rates = [one.rate for one in found]
    for name in found[0].ms:
        for share in (0.5, 0.99):
            line = [percentile(one.ms[name], share) for one in found]
            axes.plot(rates, line, marker="o", label=f"{name} p{share * 100:.0f}")
    axes.set(xlabel="complaints/s", ylabel="ms after the 202", yscale="log")
    _save(figure, axes, folder / LATENCY)


def plot_throughput(folder: Path, runs: Sequence[Figures]) -> None:
    """Throughput against backlog."""
    folder.mkdir(parents=True, exist_ok=True)
    figure = Figure(figsize=(7, 4), layout="tight")
    axes = figure.subplots()
    for name in sorted({run.name for run in runs}):
        mine = sorted((run.complaints, run.rate) for run in runs if run.name == name)
        axes.plot(*zip(*mine, strict=True), marker="o", label=name)
    axes.set(xlabel="complaints queued", ylabel="complaints/s", xscale="log", yscale="log")
    _save(figure, axes, folder / THROUGHPUT)


def _save(figure: Figure, axes: Axes, path: Path) -> None:
    axes.grid(visible=True, alpha=0.3)
    axes.legend()
    figure.savefig(path, dpi=100)
