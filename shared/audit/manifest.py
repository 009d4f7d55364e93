"""What an export says of itself: every partition of every topic, its records and its hash."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel

from shared.audit.records import BadExportError, Part
from shared.errors import UsageError
from shared.pipeline import topics

FORMAT = "redress-export-1"
FILE = "manifest.json"


class _Head(BaseModel):
    format: str


class Manifest(_Head):
    """The content of `manifest.json`."""

    exported_at: AwareDatetime
    partitions: tuple[Part, ...]


def write(folder: Path, manifest: Manifest) -> None:
    """Write the manifest of a new export."""
    (folder / FILE).write_text(manifest.model_dump_json(indent=1), "utf-8")


def read(folder: Path) -> tuple[Part, ...]:
    """The partitions of an export.

    Raises UsageError where the folder is no export, BadExportError where a partition is missing.
    """
    parts = _manifest(folder).partitions
    _check_complete(parts)
    return parts


def exported_at(folder: Path) -> datetime:
    """When an export was made. Raises UsageError where the folder is none."""
    return _manifest(folder).exported_at


def _manifest(folder: Path) -> Manifest:
    try:
        raw = (folder / FILE).read_bytes()
        if _Head.model_validate_json(raw).format != FORMAT:
            raise UsageError("the export is of another format; use the version that made it")
        return Manifest.model_validate_json(raw)
    except (OSError, ValueError):
        # Without the cause: it would repeat what stands in the file.
        raise UsageError(
            "this is no complete export; make one with: redress audit export DIR"
        ) from None


def _check_complete(parts: Sequence[Part]) -> None:
    """Every topic of an installation has the same number of partitions."""
    times = Counter((part.topic, part.partition) for part in parts)
    count = max((part.partition for part in parts), default=0) + 1
    for topic in topics():
        for number in range(count):
            if times[topic, number] != 1:
                raise BadExportError(f"{topic}/{number}: the manifest must hold it once")
