"""`redress`, but the first batch takes `SLOW_S` seconds; the file `busy` says that it began.

`python -m tests.faults.slow serve triage` for `redress serve triage`.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from shared.cli.main import main
from shared.runner import process
from shared.runner.patience import Assignment
from shared.runner.runner import Runner


class Slow(Runner):
    """Right in all, and slow once."""

    async def run(self, records: Sequence[Any], assignment: Assignment) -> None:
        mark = Path(os.environ["REDRESS_FAILPOINT_FOLDER"]) / "busy"
        if not mark.exists():
            mark.touch()
            await asyncio.sleep(float(os.environ["SLOW_S"]))
        await super().run(records, assignment)


if __name__ == "__main__":
    process.Runner = Slow  # type: ignore[misc] # the one part that differs
    main()
