"""A place in the log: the next offset of every partition, as one opaque word. Pure."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from typing import Self

LONGEST = 16_384
UNPACKED = 262_144
Place = tuple[str, int]


class Cursor:
    """The next offset to read, by topic and partition; one that it lacks begins at its start."""

    def __init__(self, offsets: Mapping[Place, int]) -> None:
        self.offsets = dict(offsets)

    def passed(self, topic: str, partition: int, offset: int) -> None:
        """The record at this place was handed on."""
        self.offsets[topic, partition] = offset + 1

    def __str__(self) -> str:
        by_topic: dict[str, dict[str, int]] = {}
        for (topic, partition), offset in sorted(self.offsets.items()):
            by_topic.setdefault(topic, {})[str(partition)] = offset
        raw = json.dumps(by_topic, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(zlib.compress(raw)).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The cursor that a client sends back; None for anything else."""
        if len(text) > LONGEST or not text.isascii():
            return None
        try:
            packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            found = json.loads(zlib.decompressobj().decompress(packed, UNPACKED))
            offsets = {
                (topic, int(number)): offset
                for topic, by_number in found.items()
                for number, offset in by_number.items()
            }
        except (ValueError, zlib.error, AttributeError, RecursionError):
            return None
        fits = all(type(offset) is int and 0 <= offset < 2**63 for offset in offsets.values())
        return cls(offsets) if fits else None
