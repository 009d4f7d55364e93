"""The one active writer: records to the disk, the tree to its document, checkpoints to the world.

A batch is one fsync and one compare-and-set. What is on the disk behind the tree's length was
never counted; what the tree counts is on the disk.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from shared import metrics
from shared.audit.leaves import Record
from shared.audit.ledger.disk import put
from shared.audit.ledger.document import LEASE_S, TreeDocument
from shared.audit.ledger.folder import Folder
from shared.audit.ledger.reading import Reading, reading
from shared.audit.ledger.tree import Signer, Tree
from shared.audit.ledger.witness import Witness
from shared.errors import TransientError
from shared.failpoint import hit
from shared.log import get_logger
from shared.pipeline import CHECKPOINTS
from shared.runner import ports
from shared.runner.patience import beside

log = get_logger(__name__)
BATCH = 1000
SIGN_LEAVES = 1000
SIGN_S = 60.0
IDLE_S = 0.25
KEEP_S = LEASE_S / 4


@dataclass
class Places:
    """What a writer writes to and reads from."""

    servers: str
    document: TreeDocument
    folder: Folder
    signer: Signer
    out: ports.Log
    witness: Witness | None = None


class Writer:
    """Moves one tree for as long as it has the lease."""

    def __init__(self, places: Places) -> None:
        self._to = places
        self.tree: Tree | None = None
        self.moved_at = time.monotonic()
        self._kept_at = 0.0
        self._signed_at = 0.0

    async def session(self) -> None:
        """Wait for the lease, then write for ever.

        Raises TransientError where a server, the disk or the lease is away: begin again.
        Raises UsageError where this ledger cannot go on.
        """
        to = self._to
        await to.document.prepare()
        while (tree := await to.document.take()) is None:
            self.moved_at = time.monotonic()
            await asyncio.sleep(1.0)
        try:
            to.folder.claim()
            to.folder.know(to.signer.verifier)
            await self._write(tree)
        except OSError as error:
            raise TransientError("the ledger's folder cannot be written") from error
        finally:
            self.tree = None
            to.folder.leave()
            await asyncio.shield(to.document.leave())

    async def _write(self, tree: Tree) -> None:
        to = self._to
        resumed = await self._on_disk(to.folder.resume, tree)
        if resumed != tree:
            await to.document.move(resumed)
        self.tree, self._signed_at = resumed, time.monotonic()
        await self._publish(resumed)
        async with AsyncExitStack() as open_:
            if to.witness:
                await open_.enter_async_context(beside(to.witness.run()))
            reads = await open_.enter_async_context(reading(to.servers, resumed))
            log.info("writing", count=resumed.size)
            while True:
                await self._turn(reads, self.tree)

    async def _turn(self, reads: Reading, tree: Tree) -> None:
        self.moved_at = time.monotonic()
        records = await reads.next(min(BATCH, tree.room))
        metrics.LEDGER_LAG.set(reads.lag)
        if records or self._due(tree):
            await self._move(tree, records)
        elif time.monotonic() - self._kept_at > KEEP_S:
            await self._to.document.keep()
            self._kept_at = time.monotonic()
        if not records:
            await asyncio.sleep(IDLE_S)

    async def _move(self, tree: Tree, records: Sequence[Record]) -> None:
        to = self._to
        moved = await self._on_disk(self._stored, tree, records)
        hit("audit.after_segment")
        await to.document.move(moved)
        hit("audit.after_state")
        self._kept_at = time.monotonic()
        if moved.signed != tree.signed:
            self._signed_at = time.monotonic()
            await self._publish(moved)
        if moved.full:
            moved = await self._on_disk(to.folder.close, moved)
            await to.document.move(moved)
        self.tree = moved

    def _stored(self, tree: Tree, records: Sequence[Record]) -> Tree:
        folder = self._to.folder
        grown, raws = tree.grown(records)
        if raws:
            folder.append(tree, raws)
        if not self._due(grown):
            return grown
        since = folder.raws(grown.size - grown.unsigned, grown.size)
        return self._to.signer.signed(grown, since)

    def _due(self, tree: Tree) -> bool:
        late = time.monotonic() - self._signed_at >= SIGN_S
        return tree.unsigned >= SIGN_LEAVES or (late and tree.unsigned > 0)

    async def _publish(self, tree: Tree) -> None:
        """Only a checkpoint that the document has; a second time it is the same."""
        if signed := tree.signed:
            file = self._to.folder.checkpoint(signed.size)
            await asyncio.to_thread(put, file, signed.note.encode())
            value, key = signed.note.encode(), self._to.signer.origin.encode()
            await self._to.out.publish([ports.Record(CHECKPOINTS, key, value, [])])
            metrics.LEDGER_SIGNED.set(signed.size)
        metrics.LEDGER_SIZE.set(tree.size)

    async def _on_disk(self, work: Callable[..., Tree], *given: Any) -> Tree:
        """Work that may outlast the lease, which is kept meanwhile.

        It has ended when this has, whatever happens: nobody else may write before.
        """
        task = asyncio.create_task(asyncio.to_thread(work, *given))
        try:
            while not (await asyncio.wait([task], timeout=KEEP_S))[0]:
                self.moved_at = time.monotonic()
                await self._to.document.keep()
        finally:
            await asyncio.wait([task])
        return task.result()
