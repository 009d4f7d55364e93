"""WebP (RFC 9649): a RIFF container; the first chunk's flags name what else there is."""

from __future__ import annotations

import struct
from collections.abc import Iterator

_HEADER = 12  # "RIFF", the size of what follows, "WEBP"
_NEEDED = frozenset((b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_EXIF_AND_XMP = 0x08 | 0x04
_FLAGS = 8


def strip(content: bytes) -> bytes:
    """Keep the chunks that make the picture, and no flag of the others. Raises ValueError."""
    kept = bytearray()
    for kind, chunk in chunks(content):
        if kind == b"VP8X":
            kept += chunk[:_FLAGS] + bytes([chunk[_FLAGS] & ~_EXIF_AND_XMP]) + chunk[_FLAGS + 1 :]
        elif kind in _NEEDED:
            kept += chunk
    return b"RIFF" + struct.pack("<I", 4 + len(kept)) + b"WEBP" + kept


def chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each chunk's type with its bytes and its padding. Raises ValueError."""
    if len(content) < _HEADER or content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        raise ValueError("no WebP")
    (size,) = struct.unpack_from("<I", content, 4)
    at, end = _HEADER, 8 + size
    if end > len(content):
        raise ValueError("no end")
    while at < end:
        if at + 8 > end:
            raise ValueError("half a chunk")
        kind, length = struct.unpack_from("<4sI", content, at)
        after = at + 8 + length + length % 2
        if after > end or (kind == b"VP8X" and length < 1):
            raise ValueError("a chunk has no end")
        yield kind, content[at:after]
        at = after
