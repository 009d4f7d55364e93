"""Checkpoints given to an outside place, so that we could not write the log anew unseen."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from shared import metrics
from shared.audit.ledger.disk import put
from shared.audit.ledger.folder import Folder
from shared.errors import UsageError
from shared.log import get_logger

log = get_logger(__name__)
LOOK_S = 1.0
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
LOOPBACK = ("127.0.0.1", "localhost", "::1")
TYPE = {"content-type": "text/plain; charset=utf-8"}


class Witness:
    """Gives every checkpoint away, the oldest first; `witness.txt` remembers the last one."""

    def __init__(self, place: str, folder: Folder, http: httpx.AsyncClient) -> None:
        parts = urlsplit(place)
        plain = parts.scheme == "http" and parts.hostname in LOOPBACK
        self._is_url = parts.scheme == "https" or plain
        if "://" in place and not self._is_url:
            raise UsageError("REDRESS_LEDGER_WITNESS is a folder or an https address")
        self._place, self._folder, self._http = place, folder, http

    async def run(self) -> None:
        """Give away what comes, for ever; a failure is logged and tried again."""
        wait = FIRST_WAIT_S
        while True:
            try:
                await self.give()
            except (OSError, httpx.HTTPError) as error:
                metrics.LEDGER_WITNESS_FAILURES.inc()
                log.warning("a checkpoint was not given away", error_class=type(error).__name__)
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT_S)
            else:
                wait = FIRST_WAIT_S
                await asyncio.sleep(LOOK_S)

    async def give(self) -> None:
        """Give away what was not yet. Raises OSError, httpx.HTTPError."""
        mark = self._folder.path / "witness.txt"
        given = await asyncio.to_thread(_read, mark)
        for file in await asyncio.to_thread(self._later, given):
            note = await asyncio.to_thread(file.read_bytes)
            if self._is_url:
                answer = await self._http.post(self._place, content=note, headers=TYPE)
                answer.raise_for_status()
            else:
                await asyncio.to_thread(_keep, Path(self._place) / file.name, note)
            await asyncio.to_thread(put, mark, file.name.encode())

    def _later(self, given: str) -> list[Path]:
        return sorted(f for f in self._folder.checkpoints.glob("*.txt") if f.name > given)


def _read(mark: Path) -> str:
    return mark.read_text("utf-8") if mark.exists() else ""


def _keep(path: Path, note: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    put(path, note)
