"""Publishes before it writes: whoever dies in between decides again, later, and differently."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.failpoint import hit
from shared.headers import headers_of
from shared.runner import assembling
from shared.runner.ports import Document, Record
from shared.runner.runner import Runner


class EagerStore:
    """A store whose documents are told to the log before they are written."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.store: Any = runner.settling.store

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    async def write(self, documents: Sequence[Document]) -> set[str]:
        await self.runner.log.publish(
            [
                Record(o.topic, d.id.encode(), o.value, headers_of(o.value), o.trigger.partition)
                for d in documents
                for o in d.outputs
            ]
        )
        hit("stage.after_publish", self.runner.stage.name)
        written: set[str] = await self.store.write(documents)
        return written


class Eager(Runner):
    def __init__(self, *parts: Any, **more: Any) -> None:
        super().__init__(*parts, **more)
        self.settling.store = EagerStore(self)


assembling.Runner = Eager  # type: ignore[attr-defined] # the one part that differs
