"""Where a service's time goes: its stack, looked at every few milliseconds of its CPU time."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType

FOLDER = "BENCH_PROFILE"
EVERY_S = 0.005
ROWS = 120
RULES, REST = "rules", "the rest"
METRICS = ("/shared/runner/counting", "/figures/counting")  # all that is done for them
GROUPS: dict[str, tuple[str, ...]] = {  # the innermost frame that is known decides
    "traces": ("/shared/tracing/", "/shared/traceparent", "/shared/runner/traced"),
    "metrics": ("/prometheus_client/", *METRICS),
    "store": ("/pymongo/", "/motor/", "/bson/", "/shared/runner/mongo", "/gridfs/"),
    "client": ("/aiokafka/", "/shared/runner/kafka", "/shared/runner/consumer"),
    "codec": ("/pydantic", "/shared/envelope", "/shared/sealed", "/json/", "/shared/events/"),
    "HTTP and logs": ("/uvicorn/", "/starlette/", "/fastapi/", "/structlog/"),
    "runner": ("/shared/runner/",),
}


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
        Path(folder, f"{name}.json").write_text(json.dumps(samples.groups), encoding="utf-8")


class Samples:
    """Counts functions: on top of the stack (self) and anywhere in it (total).

    What other threads and the event loop's own code take counts for `asyncio/runners.py:run`.
    """

    def __init__(self) -> None:
        self.own: Counter[str] = Counter()
        self.total: Counter[str] = Counter()
        self.groups: Counter[str] = Counter()

    def take(self, _: int, frame: FrameType | None) -> None:
        """Count one stack."""
        frames = list(_frames(frame))
        names = [f"{'/'.join(Path(path).parts[-2:])}:{name}" for path, name in frames]
        self.groups[group_of([path for path, _ in frames])] += 1
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


def group_of(paths: Sequence[str]) -> str:
    """What a stack works for, its innermost file first: all that a rule calls is the rule's."""
    if any(part in path for path in paths for part in METRICS):
        return "metrics"
    if any("/services/" in path for path in paths):
        return RULES
    known = (
        (group, part)
        for path in paths
        for group, parts in GROUPS.items()
        for part in parts
        if part in path
    )
    return next(known, (REST, ""))[0]


def _frames(frame: FrameType | None) -> Iterator[tuple[str, str]]:
    while frame:
        code = frame.f_code
        yield code.co_filename, code.co_name
        frame = frame.f_back
