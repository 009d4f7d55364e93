"""Where a service's time goes: its main thread's stack, looked at 200 times a second."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

FOLDER = "BENCH_PROFILE"
EVERY_S = 0.005
ROWS = 45


@contextlib.contextmanager
def sampled(name: str) -> Iterator[None]:
    """Write `<name>.txt` into the folder of BENCH_PROFILE, if it is set, at the end."""
    folder = os.environ.get(FOLDER)
    if not folder:
        yield
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # uvicorn ends by its signal once more
    sampler = Sampler(threading.main_thread().ident or 0)
    sampler.start()
    try:
        yield
    finally:
        sampler.stopping = True
        sampler.join()
        Path(folder, f"{name}.txt").write_text(sampler.report(), encoding="utf-8")


class Sampler(threading.Thread):
    """Counts functions: on top of the stack (self) and anywhere in it (total)."""

    def __init__(self, watched: int) -> None:
        super().__init__(daemon=True)
        self.watched = watched
        self.stopping = False
        self.own: Counter[str] = Counter()
        self.total: Counter[str] = Counter()

    def run(self) -> None:
        while not self.stopping:
            time.sleep(EVERY_S)
            names = list(_names(sys._current_frames().get(self.watched)))  # noqa: SLF001 - the only way to look
            self.own.update(names[:1])
            self.total.update(set(names))

    def report(self) -> str:
        samples = sum(self.own.values()) or 1
        lines = [f"{samples} samples"]
        for title, counts in (("self", self.own), ("total", self.total)):
            lines += ["", title]
            lines += [f"{100 * n / samples:5.1f} %  {x}" for x, n in counts.most_common(ROWS)]
        return "\n".join(lines) + "\n"


def _names(frame: FrameType | None) -> Iterator[str]:
    while frame:
        code = frame.f_code
        yield f"{'/'.join(Path(code.co_filename).parts[-2:])}:{code.co_name}"
        frame = frame.f_back
