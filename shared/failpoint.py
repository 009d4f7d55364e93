"""Failpoints: `REDRESS_FAILPOINT=<name>:<n>` kills this process at the n-th hit, as kill -9."""

import os
import signal

_name, _, _count = os.environ.get("REDRESS_FAILPOINT", "").partition(":")
_left = int(_count or 1)


def hit(name: str, stage: str = "") -> None:
    """Pass a failpoint; `stage.<point>` means every stage, `triage.<point>` that stage alone."""
    global _left  # noqa: PLW0603 - the count of one process
    if not _name or _name not in (name, name.replace("stage", stage, 1)):
        return
    _left -= 1
    if _left <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
