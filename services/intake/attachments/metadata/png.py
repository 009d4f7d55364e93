"""PNG (W3C PNG, third edition, 5): a signature and chunks with a length, a type and a CRC."""

from __future__ import annotations

import struct
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_AROUND = 12  # length, type and CRC
# The ancillary chunks that change what is seen; text, time and Exif are not among them.
_SEEN = frozenset(
    b"tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT acTL fcTL fdAT".split()
)


def strip(content: bytes) -> bytes:
    """Keep the chunks that make the picture. Raises ValueError."""
    kept = [chunk for kind, chunk in chunks(content) if _is_critical(kind) or kind in _SEEN]
    return SIGNATURE + b"".join(kept)


def chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each chunk's type with its bytes, up to the end of the picture. Raises ValueError."""
    if not content.startswith(SIGNATURE):
        raise ValueError("no signature")
    at = len(SIGNATURE)
    while True:
        if len(content) < at + _AROUND:
            raise ValueError("no end")
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + _AROUND + length
        if end > len(content):
            raise ValueError("a chunk has no end")
        yield kind, content[at:end]
        if kind == b"IEND":
            return
        at = end


def _is_critical(kind: bytes) -> bool:
    return kind[:1].isupper()
