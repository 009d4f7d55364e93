"""Every record of every topic into a folder that needs no server."""

from __future__ import annotations

import asyncio
import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from shared.audit.records import FORMAT, MANIFEST, file_name, line_of
from shared.errors import UsageError
from shared.pipeline import topics
from shared.runner.scan import reader, until_end


@dataclass
class _Part:
    out: IO[bytes]
    hash: Any = field(default_factory=hashlib.sha256)
    records: int = 0


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
        found = _manifest(parts)
        (part_folder / MANIFEST).write_text(json.dumps(found, indent=1), "utf-8")
        part_folder.rename(folder)
    except OSError as error:
        raise UsageError("the folder cannot be written") from error
    finally:
        shutil.rmtree(part_folder, ignore_errors=True)
    return sum(part.records for part in parts.values())


async def _write(
    servers: str, folder: Path, progress: Callable[[], None]
) -> dict[tuple[str, int], _Part]:
    parts: dict[tuple[str, int], _Part] = {}
    try:
        async with reader(servers, topics()) as consumer:
            async for record in until_end(consumer):
                place = (record.topic, record.partition)
                if place not in parts:
                    parts[place] = _Part((folder / file_name(*place)).open("wb"))
                part, line = parts[place], line_of(record) + b"\n"
                part.out.write(line)
                part.hash.update(line)
                part.records += 1
                progress()
    finally:
        for part in parts.values():
            part.out.close()
    return parts


def _manifest(parts: dict[tuple[str, int], _Part]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "exported_at": datetime.now(UTC).isoformat(),
        "partitions": [
            {
                "topic": topic,
                "partition": number,
                "records": part.records,
                "sha256": part.hash.hexdigest(),
            }
            for (topic, number), part in sorted(parts.items())
        ],
    }
