"""What a file is called when it is handed out; kept it is under its hash. Pure."""

import re
import unicodedata

from services.intake.attachments.types import Type

LONGEST_BYTES = 200
NAMELESS = "file"
_SEPARATORS = re.compile(r"[/\\]")
_FORBIDDEN = re.compile(r'[<>:"|?*]')
# Windows opens devices under these names, whatever follows the dot (Microsoft, Naming Files).
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\.|$)", re.IGNORECASE
)


def extension_of(name: str) -> str:
    """The extension, in small letters and without its dot; empty where there is none."""
    stem, dot, extension = _plain(name).rpartition(".")
    return extension.lower() if dot and stem else ""


def display_name(name: str, kind: Type | None) -> str:
    """A name that is safe to save under, and says what the file is.

    Path parts, control and direction characters go; so does what is longer than LONGEST_BYTES
    in UTF-8. An extension that the type does not carry is followed by one that it does.
    """
    plain = _plain(name) or NAMELESS
    if _RESERVED.match(plain):
        plain = f"_{plain}"
    stem, ending = plain, ""
    if kind and extension_of(plain) in kind.names:
        stem, _, last = plain.rpartition(".")
        ending = f".{last}"
    elif kind:
        ending = f".{kind.names[0]}"
    return _cut(stem, LONGEST_BYTES - len(ending.encode())) + ending


def _plain(name: str) -> str:
    last = _SEPARATORS.split(unicodedata.normalize("NFC", name))[-1]
    shown = "".join(sign if unicodedata.category(sign)[0] != "Z" else " " for sign in last)
    kept = "".join(sign for sign in shown if unicodedata.category(sign)[0] != "C")
    return " ".join(_FORBIDDEN.sub("_", kept).split()).strip(". ")


def _cut(text: str, most: int) -> str:
    return text.encode()[:most].decode("utf-8", "ignore").rstrip(". ")
