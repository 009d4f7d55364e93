"""What an export says of itself: its partitions, segments and files, and the root of its tree.

`manifest.json` has one form to the byte: JSON with an indent of one, keys in the order below.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from shared.audit.leaves import SEGMENT
from shared.errors import UsageError
from shared.pipeline import topics

FORMAT = "redress-export-2"
FILE = "manifest.json"
INSTANT = "%Y-%m-%dT%H:%M:%SZ"
TOPICS = frozenset(topics())
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, Field(pattern=r"^(schemas|policies|keys)/[A-Za-z0-9][A-Za-z0-9._-]*$")]


class BadExportError(Exception):
    """The export is not what it was; the message names the first bad record, `leaf` its place."""

    def __init__(self, told: str, leaf: int = 0) -> None:
        super().__init__(told)
        self.leaf = leaf


def _ours(topic: str) -> str:
    if topic not in TOPICS:
        raise ValueError("not a topic of the installation")
    return topic


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Part(_Strict):
    """One partition; `first` is the offset of its first record, also where it has none."""

    topic: Annotated[str, AfterValidator(_ours)]
    partition: int = Field(ge=0)
    first: int = Field(ge=0)
    records: int = Field(ge=0)


class Segment(_Strict):
    """One file of leaves, named by the hash of its content; `first` is the place of its first."""

    sha256: Hash
    first: int = Field(ge=0)
    records: int = Field(ge=1, le=SEGMENT)


class Manifest(_Strict):
    """The content of `manifest.json`; `size` in leaves, `files` the hash of each file beside."""

    format: str
    exported_at: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
    size: int = Field(ge=0)
    root: Hash
    partitions: tuple[Part, ...]
    segments: tuple[Segment, ...]
    files: dict[Name, Hash]

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        at = 0
        for segment in self.segments:
            if segment.first != at:
                raise ValueError("the segments do not follow each other")
            at += segment.records
        if at != self.size:
            raise ValueError("the segments do not make the size")
        datetime.strptime(self.exported_at, INSTANT)  # noqa: DTZ007 - only whether there is such a day
        return self

    @property
    def text(self) -> str:
        """The one form of the file."""
        return json.dumps(self.model_dump(mode="json"), indent=1) + "\n"

    @property
    def moment(self) -> datetime:
        """When the export was made."""
        return datetime.strptime(self.exported_at, INSTANT).replace(tzinfo=UTC)


def read(folder: Path) -> Manifest:
    """The manifest of an export.

    Raises UsageError where the folder is no export, BadExportError where a partition is missing.
    """
    try:
        raw = (folder / FILE).read_bytes()
        head = json.loads(raw)
        if isinstance(head, dict) and head.get("format") not in (FORMAT, None):
            raise UsageError("the export is of another format; use the version that made it")
        found = Manifest.model_validate_json(raw)
    except (OSError, RecursionError, ValueError):
        # Without the cause: it would repeat what stands in the file.
        raise UsageError(
            "this is no complete export; make one with: redress audit export DIR"
        ) from None
    if found.text.encode() != raw:
        raise UsageError("the manifest is not as it was written")
    _check_complete(found.partitions)
    return found


def _check_complete(parts: Sequence[Part]) -> None:
    """Every topic of an installation has the same number of partitions."""
    times = Counter((part.topic, part.partition) for part in parts)
    numbers = sorted({part.partition for part in parts}) or [0]
    if numbers != list(range(len(numbers))):
        raise BadExportError(f"partition {numbers[-1]}: the manifest does not hold those before it")
    for topic in topics():
        for number in numbers:
            if times[topic, number] != 1:
                raise BadExportError(f"{topic}/{number}: the manifest must hold it once")
