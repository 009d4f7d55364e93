"""Failpoints: where a fault test kills this process, as kill -9.

`REDRESS_FAILPOINT=<name>:<n>` kills at the n-th hit. `REDRESS_FAILPOINT_FOLDER=<folder>` kills
where a file of the failpoint's name lies, once: it is renamed to `<name>.<pid>` just before.
"""

import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

_name, _, _count = os.environ.get("REDRESS_FAILPOINT", "").partition(":")
_folder = os.environ.get("REDRESS_FAILPOINT_FOLDER", "")
_left = int(_count or 1)

T = TypeVar("T")


def hit(name: str, stage: str = "") -> None:
    """Pass a failpoint; `stage.<point>` means every stage, `triage.<point>` that stage alone.

    Likewise `worker.<point>` every worker of the process, `triage.worker.<point>` that one alone.
    """
    if _due(name, stage):
        _die()


async def between(
    name: str, stage: str, records: Sequence[T], publish: Callable[[Sequence[T]], Awaitable[None]]
) -> None:
    """Pass a failpoint that lies after the first of several records: that one is published."""
    if len(records) > 1 and _due(name, stage):
        await publish(records[:1])
        _die()


def _due(name: str, stage: str) -> bool:
    global _left  # noqa: PLW0603 - the count of one process
    names = (name, _own(name, stage))
    if _folder and any(map(_armed, names[name.startswith("stage.") :])):
        return True
    if not _name or _name not in names:
        return False
    _left -= 1
    return _left <= 0


def _own(name: str, stage: str) -> str:
    if name.startswith("stage."):
        return name.replace("stage", stage, 1)
    return f"{stage}.{name}" if stage else name


def _armed(own: str) -> bool:
    mark = f"{_folder}/{own}"
    try:
        os.rename(mark, f"{mark}.{os.getpid()}")  # noqa: PTH104 - on every batch: no Path is made
    except FileNotFoundError:
        return False
    return True


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
