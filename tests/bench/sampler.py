"""Where a service's time goes: its stack, looked at every few milliseconds of its CPU time."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

FOLDER = "BENCH_PROFILE"
EVERY_S = 0.005
ROWS = 120


@contextlib.contextmanager
def sampled(name: str) -> Iterator[None]:
    """Write `<name>.txt` into the folder of BENCH_PROFILE, if it is set, at the end."""
    folder = os.environ.get(FOLDER)
    if not folder:
        yield
        return
    samples = Samples()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # uvicorn ends by its signal once more
    signal.signal(signal.SIGPROF, samples.take)
    signal.setitimer(signal.ITIMER_PROF, EVERY_S, EVERY_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        Path(folder, f"{name}.txt").write_text(samples.report(), encoding="utf-8")


class Samples:
    """Counts functions: on top of the stack (self) and anywhere in it (total).

    What other threads and the event loop's own code take counts for `asyncio/runners.py:run`.
    """

    def __init__(self) -> None:
        self.own: Counter[str] = Counter()
        self.total: Counter[str] = Counter()

    def take(self, _: int, frame: FrameType | None) -> None:
        """Count one stack."""
        names = list(_names(frame))
        self.own.update(names[:1])
        self.total.update(set(names))

    def report(self) -> str:
        """Both counts, in percent."""
        taken = sum(self.own.values()) or 1
        lines = [f"{taken} samples, {EVERY_S * 1000:.0f} ms of CPU time each"]
        for title, counts in (("self", self.own), ("total", self.total)):
            lines += ["", title]
            lines += [f"{100 * n / taken:5.1f} %  {x}" for x, n in counts.most_common(ROWS)]
        return "\n".join(lines) + "\n"


def _names(frame: FrameType | None) -> Iterator[str]:
    while frame:
        code = frame.f_code
        yield f"{'/'.join(Path(code.co_filename).parts[-2:])}:{code.co_name}"
        frame = frame.f_back
