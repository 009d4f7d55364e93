"""The manifest of a ledger's folder: its closed segments."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from shared.audit import leaves
from shared.audit.merkle import Frontier, leaf_hash
from shared.audit.tiles import tiles

FORMAT = "redress-ledger-1"


class Segment(BaseModel):
    """One closed segment; `root` is the root of its own leaves, in hex, as is `sha256`."""

    model_config = ConfigDict(frozen=True, strict=True)

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    root: str = Field(pattern=r"^[0-9a-f]{64}$")
    bytes: int


class Listing(BaseModel):
    """The manifest; segment n holds the leaves from n * 65,536 on."""

    format: str = FORMAT
    segments: list[Segment] = []


def described(path: Path) -> tuple[Segment, bytes, bytes]:
    """A full segment as the manifest lists it, its index and its tiles.

    Raises OSError, BadRecordError.
    """
    content, frontier = path.read_bytes(), Frontier()
    with path.open("rb") as file:
        raws = list(leaves.records(file))
    hashes = [leaf_hash(raw) for raw in raws]
    for found in hashes:
        frontier.add(found)
    segment = Segment(
        sha256=hashlib.sha256(content).hexdigest(),
        root=frontier.root().hex(),
        bytes=len(content),
    )
    return segment, leaves.places(raws), tiles(hashes)
