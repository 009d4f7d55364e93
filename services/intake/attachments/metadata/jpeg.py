"""JPEG (ITU-T T.81, annex B): segments with a marker and a length, and the scans between."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

MARK, EOI, SOS = 0xFF, 0xD9, 0xDA
LENGTH = 2  # bytes of a segment's length, which counts them too
APP0, APP1, APP2, APP14, APP15, COM = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
_BARE = (0x01, *range(0xD0, 0xD8))
_NEEDED = {APP0: b"JFIF\0", APP2: b"ICC_PROFILE\0", APP14: b"Adobe"}
# The end of a scan: a marker that is neither a stuffed zero, nor a restart, nor filling.
_END_OF_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_EXIF = b"Exif\0\0"
_ORIENTATION, _SHORT = 0x0112, 3


def strip(content: bytes) -> bytes:
    """Keep the picture, its colours and which side is up. Raises ValueError."""
    kept = bytearray(b"\xff\xd8")
    for marker, segment in segments(content):
        if marker == APP1 and segment[4:10] == _EXIF:
            kept += _upright(orientation(segment[10:]))
        elif _is_needed(marker, segment):
            kept += segment
    return bytes(kept)


def segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Each marker with its segment, a scan with the data behind it, up to the end of the picture.

    Raises ValueError where the file is no whole JPEG.
    """
    if content[:2] != b"\xff\xd8":
        raise ValueError("no start of image")
    at = 2
    while True:
        while content[at : at + 2] == b"\xff\xff":
            at += 1
        if len(content) < at + 2 or content[at] != MARK:
            raise ValueError("no marker")
        marker, end = content[at + 1], _end(content, at)
        yield marker, content[at:end]
        if marker == EOI:
            return
        at = end


def _end(content: bytes, at: int) -> int:
    marker = content[at + 1]
    if marker == EOI or marker in _BARE:
        return at + 2
    length = int.from_bytes(content[at + 2 : at + 4], "big")
    end = at + 2 + length
    if length < LENGTH or end > len(content):
        raise ValueError("a segment has no end")
    if marker != SOS:
        return end
    found = _END_OF_SCAN.search(content, end)
    if found is None:
        raise ValueError("a scan has no end")
    return found.start()


def _is_needed(marker: int, segment: bytes) -> bool:
    if marker in _NEEDED:
        return segment[4:].startswith(_NEEDED[marker])
    return not (APP0 <= marker <= APP15 or marker == COM)


def orientation(tiff: bytes) -> int | None:
    """Which side is up, 2 to 8, where the metadata says so (TIFF 6.0, Exif 2.32 tag 0x0112)."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    try:
        if order is None:
            return None
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for entry in range(count):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * entry)
            if (tag, kind) == (_ORIENTATION, _SHORT) and value in range(2, 9):
                return int(value)
    except struct.error:
        return None
    return None


def _upright(side: int | None) -> bytes:
    """A segment that says which side is up and nothing else; nothing where nothing was said."""
    if side is None:
        return b""
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, _SHORT, 1, side, 0, 0)
    return struct.pack(">BBH", 0xFF, APP1, 2 + len(_EXIF) + len(tiff)) + _EXIF + tiff
