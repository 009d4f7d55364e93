"""`redress`, but the first write takes `SLOW_S` seconds; the file `busy` says that it began.

`python -m tests.faults.slow serve triage` for `redress serve triage`.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from shared.cli.main import main
from shared.runner import wiring
from shared.runner.mongo import MongoStore
from shared.runner.ports import Document


class SlowStore(MongoStore):
    """Right in all, and slow once: what was read is old when it is written."""

    async def write(self, documents: Sequence[Document]) -> set[str]:
        mark = Path(os.environ["REDRESS_FAILPOINT_FOLDER"]) / "busy"
        if not mark.exists():
            mark.touch()
            await asyncio.sleep(float(os.environ["SLOW_S"]))
        return await super().write(documents)


if __name__ == "__main__":
    wiring.MongoStore = SlowStore  # type: ignore[misc] # the one part that differs
    main()
