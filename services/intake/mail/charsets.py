"""Bytes to text, whatever their charset claims to be."""

from __future__ import annotations

import codecs
import re
import unicodedata

# What is named on the left was written with what stands on the right (WHATWG Encoding).
_MEANT = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
    "tis-620": "cp874",
}
# Codecs of Python that are no charsets of mail; one of them is quadratic.
_NOT_MEANT = frozenset(
    {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"}
)
_LONGEST_NAME = 40  # characters; no codec that we have is called by more
_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
_NEWLINE = re.compile(r"\r\n?|\u2028|\u2029|\x85")


def decode(content: bytes, charset: str | None) -> tuple[str, bool]:
    """The text, and whether the charset was right; what cannot be read is replaced (U+FFFD)."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        # Other charsets never look like this by chance, save those that write bytes below 128.
        if not content.isascii():
            return text, _codec(charset) in (None, "utf-8")
    codec = _codec(charset)
    if codec is not None:
        try:
            return content.decode(codec), True
        except (UnicodeError, ValueError):
            return content.decode(codec, "replace"), False
    return content.decode("utf-8", "replace"), content.isascii() and not charset


def _codec(charset: str | None) -> str | None:
    """The codec to read with; None where nobody knows the charset."""
    if not charset or len(charset) > _LONGEST_NAME or not charset.isascii():
        return None
    try:
        found = codecs.lookup(charset.strip().strip("\"'"))
        b"a".decode(found.name)
    except (LookupError, ValueError):
        return None
    return None if found.name in _NOT_MEANT else _MEANT.get(found.name, found.name)


def clean(text: str) -> str:
    """Text that every store takes: NFC, one kind of newline, no control signs or half pairs."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFC", _UNWANTED.sub("", _NEWLINE.sub("\n", whole)))


def line(text: str) -> str:
    """The text as one line."""
    return " ".join(clean(text).split())
