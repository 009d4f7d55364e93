"""A mail's headers as text: unfolded, RFC 2047 words decoded, addresses and ids taken out.

The parser of `email.policy.default` is not used: it raises on many bad headers and takes a
second for an address list of 100 KB.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.utils import getaddresses

from services.intake.mail.charsets import decode, line

_WORD = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?([^?]{0,2000})\?=")
_ID = re.compile(r"<([^<>\s]{1,500})>")
_ADDRESS = re.compile(r"[^@\s<>\"(),:;\\\[\]]{1,64}@[^@\s<>\"(),:;\\\[\]]{1,253}")


@dataclass(frozen=True, slots=True)
class Headers:
    """Name and value of each header in order, names folded, values unfolded but not decoded."""

    rows: tuple[tuple[str, str], ...]

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for key, value in self.rows if key == name]

    def first(self, name: str) -> str:
        """The first value, empty without one."""
        return next(iter(self.all(name)), "")

    def starting(self, prefix: str) -> list[str]:
        """The names that begin so."""
        return [key for key, _ in self.rows if key.startswith(prefix)]


def headers(rows: Iterable[tuple[str, str]], most: int, longest: int) -> tuple[Headers, list[str]]:
    """The headers within the limits, and what the limits cut (`flags`)."""
    every = [(name.casefold(), _unfolded(str(value))) for name, value in rows]
    kept = tuple((name, value[:longest]) for name, value in every[:most])
    flags = ["too_many_headers"] if len(every) > most else []
    flags += ["header_cut"] if any(len(value) > longest for _, value in every) else []
    return Headers(kept), flags


def _unfolded(value: str) -> str:
    return " ".join(part.strip(" \t") for part in value.splitlines()).strip()


def decoded(value: str) -> tuple[str, bool]:
    """A header's words on one line, and whether all could be read as they claim (RFC 2047)."""
    text, right, end = "", True, 0
    for run in _runs(value):
        between = value[end : run[0].start()]
        plain, fine = _eight_bit(between)
        word, true = _decoded(run)
        text += plain + word
        right, end = right and fine and true, run[-1].end()
    plain, fine = _eight_bit(value[end:])
    return line(text + plain), right and fine


def _runs(value: str) -> list[list[re.Match[str]]]:
    """Encoded words; those of one charset that follow each other may share a character."""
    runs: list[list[re.Match[str]]] = []
    for found in _WORD.finditer(value):
        last = runs[-1][-1] if runs else None
        if last and _same(last, found) and not value[last.end() : found.start()].strip():
            runs[-1].append(found)
        else:
            runs.append([found])
    return runs


def _same(one: re.Match[str], other: re.Match[str]) -> bool:
    return one[1].casefold() == other[1].casefold()


def _decoded(run: list[re.Match[str]]) -> tuple[str, bool]:
    try:
        content = b"".join(_bytes(found[2], found[3]) for found in run)
    except (binascii.Error, UnicodeEncodeError):
        return "".join(found[0] for found in run), False
    return decode(content, run[0][1].partition("*")[0])  # RFC 2231 5: charset*language


def _bytes(encoding: str, text: str) -> bytes:
    content = text.encode("ascii")
    if encoding in "bB":
        return binascii.a2b_base64(content.rstrip(b"=") + b"=" * (-len(content.rstrip(b"=")) % 4))
    return binascii.a2b_qp(content, header=True)


def _eight_bit(text: str) -> tuple[str, bool]:
    """Raw bytes in a header, which the parser hides in half pairs (RFC 6532, or a fault)."""
    if text.isascii():
        return text, True
    return decode(text.encode("utf-8", "surrogateescape"), None)


def addresses(values: Sequence[str]) -> list[str]:
    """The addresses of headers, in order; a group, a name alone or junk gives none."""
    try:
        found = [address for _, address in getaddresses([v[:4000] for v in values])]
    except (IndexError, RecursionError, ValueError):
        found = []
    if not any(_ADDRESS.fullmatch(a) for a in found):
        # What the strict parser will not take as a whole may hold one all the same.
        found = [m[0] for v in values for m in _ADDRESS.finditer(v[:4000])]
    return [a for a in found if _ADDRESS.fullmatch(a) and a.isprintable()]


def ids(values: Iterable[str], most: int) -> list[str]:
    """Message-IDs with their brackets, the last `most` of them, each once."""
    found = dict.fromkeys(f"<{m[1]}>" for v in values for m in _ID.finditer(v))
    return [i for i in found if i.isascii() and i.isprintable()][-most:]


def domain_of(message_id: str) -> str:
    """What stands behind the last @ of a Message-ID, in small letters; all of one without."""
    return message_id.strip("<>").rpartition("@")[2].casefold()
