"""Every record of every topic into a folder that needs no server."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from shared.audit import manifest
from shared.audit.manifest import FORMAT, Manifest
from shared.audit.records import Part, file_name, line_of
from shared.errors import UsageError
from shared.pipeline import topics
from shared.runner.scan import reader, until_end


@dataclass
class _Open:
    out: IO[bytes]
    first: int
    hash: Any = field(default_factory=hashlib.sha256)
    records: int = 0

    def add(self, line: bytes) -> None:
        self.out.write(line)
        self.hash.update(line)
        self.records += 1


def export(servers: str, folder: Path, progress: Callable[[], None]) -> int:
    """Write an export; returns the number of records. Raises UsageError, TransientError.

    The folder appears only when it is complete.
    """
    if folder.exists():
        raise UsageError("the folder exists already; give a new one")
    part_folder = folder.with_name(folder.name + ".part")
    shutil.rmtree(part_folder, ignore_errors=True)
    try:
        part_folder.mkdir(parents=True)
        parts = asyncio.run(_write(servers, part_folder, progress))
        now = datetime.now(UTC)
        manifest.write(
            part_folder, Manifest(format=FORMAT, exported_at=now, partitions=tuple(parts))
        )
        part_folder.rename(folder)
    except OSError as error:
        raise UsageError("the folder cannot be written") from error
    finally:
        shutil.rmtree(part_folder, ignore_errors=True)
    return sum(part.records for part in parts)


async def _write(servers: str, folder: Path, progress: Callable[[], None]) -> list[Part]:
    async with reader(servers, topics()) as consumer:
        with ExitStack() as files:
            parts = {
                (topic, number): _Open(
                    files.enter_context((folder / file_name(topic, number)).open("wb")), first
                )
                for (topic, number), first in sorted(
                    (await consumer.beginning_offsets(list(consumer.assignment()))).items()
                )
            }
            async for record in until_end(consumer):
                parts[record.topic, record.partition].add(line_of(record) + b"\n")
                progress()
    return [_part(*place, part) for place, part in parts.items()]


def _part(topic: str, number: int, part: _Open) -> Part:
    return Part(
        topic=topic,
        partition=number,
        first=part.first,
        records=part.records,
        sha256=part.hash.hexdigest(),
    )
