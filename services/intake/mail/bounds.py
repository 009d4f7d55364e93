"""How much of a raw message is looked at: headers and lines, which a library keeps one by one."""

from __future__ import annotations

import re

from services.intake.mail.words import LIMITS

HEAD_END = re.compile(rb"\r?\n\r?\n|\r\r")
_FIELD = re.compile(rb"\r?\n(?![ \t])")


def bounded(raw: bytes) -> tuple[bytes, list[str]]:
    """The message with no more of either, and no longer headers, than we read; and the flags."""
    short, cut = _lines(raw)
    whole, flags = _headers(short)
    return whole, [*cut, *flags]


def _lines(raw: bytes) -> tuple[bytes, list[str]]:
    """The library takes 60 bytes for a line of two: 25 MiB of those were a gigabyte."""
    if raw.count(b"\n") + raw.count(b"\r") - raw.count(b"\r\n") <= LIMITS.lines:
        return raw, []
    plain = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return b"\n".join(plain.split(b"\n", LIMITS.lines)[: LIMITS.lines]), ["too_many_lines"]


def _headers(raw: bytes) -> tuple[bytes, list[str]]:
    end = HEAD_END.search(raw)
    head, rest = (raw[: end.start()], raw[end.start() :]) if end else (raw, b"")
    if len(head) <= LIMITS.header_bytes:
        return raw, []
    fields = _FIELD.split(head)
    if len(fields) <= LIMITS.headers and all(len(f) <= LIMITS.header_bytes for f in fields):
        return raw, []
    kept = [field[: LIMITS.header_bytes] for field in fields[: LIMITS.headers]]
    flags = ["too_many_headers"] if len(fields) > len(kept) else []
    return b"\n".join(kept) + rest, flags or ["header_cut"]
