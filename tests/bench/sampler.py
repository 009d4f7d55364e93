"""Where a service's time goes: the stacks of all its threads, looked at 200 times a second."""

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
ROWS = 120
# On top of the stack these wait: for the event loop, for another thread, for the server.
IDLE = frozenset(
    {
        "asyncio/runners.py:run",
        "python3.11/threading.py:wait",
        "concurrent/futures/thread.py:_worker",
        "futures/thread.py:_worker",
        "pymongo/network_layer.py:receive_data",
        "pymongo/network_layer.py:wait_for_read",
    }
)


@contextlib.contextmanager
def sampled(name: str) -> Iterator[None]:
    """Write `<name>.txt` into the folder of BENCH_PROFILE, if it is set, at the end."""
    folder = os.environ.get(FOLDER)
    if not folder:
        yield
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # uvicorn ends by its signal once more
    sampler = Sampler()
    sampler.start()
    try:
        yield
    finally:
        sampler.stopping = True
        sampler.join()
        Path(folder, f"{name}.txt").write_text(sampler.report(), encoding="utf-8")


class Sampler(threading.Thread):
    """Counts functions: on top of a stack (self) and anywhere in it (total)."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.stopping = False
        self.looks = 0
        self.own: Counter[str] = Counter()
        self.total: Counter[str] = Counter()

    def run(self) -> None:
        mine = threading.get_ident()
        while not self.stopping:
            time.sleep(EVERY_S)
            self.looks += 1
            for thread, frame in sys._current_frames().items():  # noqa: SLF001 - the only way to look
                names = list(_names(frame))
                if thread != mine and names[0] not in IDLE:
                    self.own.update(names[:1])
                    self.total.update(set(names))

    def report(self) -> str:
        """Both counts, in percent of the samples of threads that did something."""
        busy = sum(self.own.values()) or 1
        lines = [f"{self.looks} looks, {busy} stacks at work"]
        for title, counts in (("self", self.own), ("total", self.total)):
            lines += ["", title]
            lines += [f"{100 * n / busy:5.1f} %  {x}" for x, n in counts.most_common(ROWS)]
        return "\n".join(lines) + "\n"


def _names(frame: FrameType | None) -> Iterator[str]:
    while frame:
        code = frame.f_code
        yield f"{'/'.join(Path(code.co_filename).parts[-2:])}:{code.co_name}"
        frame = frame.f_back
