"""The starting gate: a service that is ready waits until all are, so that none has a start."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Sequence
from pathlib import Path

FOLDER = "BENCH_GATE"


def pass_gate(name: str) -> None:
    """Say that `name` is ready, then wait until the gate opens."""
    folder = Path(os.environ[FOLDER])
    (folder / f"{name}.ready").touch()
    with (folder / "gate").open() as gate:
        fcntl.flock(gate, fcntl.LOCK_SH)


class Gate:
    """The other side: closed from the start of the block until `open`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._gate = (folder / "gate").open("w")
        fcntl.flock(self._gate, fcntl.LOCK_EX)

    def ready(self, names: Sequence[str]) -> bool:
        return all((self.folder / f"{name}.ready").exists() for name in names)

    def open(self) -> None:
        self._gate.close()
