"""A mail's parts: the text its writer gave, and everything else as files."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from email.errors import MessageError
from email.message import Message
from typing import TypeAlias

from services.intake.attachments.names import display_name
from services.intake.mail.charsets import clean, decode
from services.intake.mail.headers import decoded
from services.intake.mail.markup import text_of
from services.intake.mail.words import LIMITS

# What the standard library raises on parts that contradict themselves.
FAULTS = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError),
    *(MessageError, RecursionError, TypeError, ValueError),
)
Part: TypeAlias = "Message[str, str]"
_ENCRYPTED = ("application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted")
_PGP = "-----BEGIN PGP MESSAGE-----"
_READ = ("text/plain", "text/html")


@dataclass(frozen=True, slots=True)
class MailFile:
    """A part that is no text of the mail; `media_type` is the sender's word, `name` is safe."""

    name: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Of the content, in hex."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(slots=True)
class Body:
    """What was found; `shown` are the texts in order, each with whether it was HTML.

    `types` are the media types of all parts that were read, as they claim.
    """

    shown: list[tuple[str, bool]] = field(default_factory=list)
    files: list[MailFile] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The texts as one; an HTML one only where no plain one says it."""
        return "\n\n".join(text for text, _ in self.shown if text.strip())

    def flag(self, name: str) -> None:
        """Note something, once."""
        if name not in self.flags:
            self.flags.append(name)


def body_of(message: Part) -> Body:
    """Read a mail's parts within the limits; what lies beyond them is flagged, not read."""
    body = Body()
    _read(message, body, 0)
    return body


def _read(part: Part, body: Body, depth: int) -> None:
    body.types.append(part.get_content_type())
    if len(body.types) > LIMITS.parts:
        body.flag("too_many_parts")
    elif depth > LIMITS.depth:
        body.flag("too_deep")
    elif part.get_content_maintype() == "multipart" and part.is_multipart():
        _read_all(part, body, depth)
    elif part.get_content_type() in _READ and not _is_file(part):
        _show(part, body)
    else:
        _keep(part, body)


def _read_all(part: Part, body: Body, depth: int) -> None:
    before = len(body.shown)
    children = part.get_payload()
    for child in children if isinstance(children, list) else ():
        if isinstance(child, Message):
            _read(child, body, depth + 1)
    if part.get_content_subtype() == "alternative":
        body.shown[before:] = _one_of(body.shown[before:])


def _one_of(texts: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """Of the alternatives the plain one, unless it says nothing."""
    plain = [text for text in texts if not text[1] and text[0].strip()]
    return plain[:1] or [text for text in texts if text[0].strip()][:1]


def _is_file(part: Part) -> bool:
    return _disposition(part).startswith("attachment") or bool(_name(part))


def _disposition(part: Part) -> str:
    return str(part.get("content-disposition", "")).strip().casefold()


def _name(part: Part) -> str:
    """The name that the sender gave, by RFC 2231 or as mail programs do it (RFC 2047)."""
    try:
        found = part.get_filename("")
    except FAULTS:
        return ""
    return decoded(str(found)[:2000])[0]


def _content(part: Part) -> bytes:
    try:
        found = part.get_payload(decode=True)
    except FAULTS:
        found = str(part.get_payload()).encode("utf-8", "surrogateescape")
    return found if isinstance(found, bytes) else b""


def _show(part: Part, body: Body) -> None:
    try:
        charset = part.get_content_charset()
    except FAULTS:
        charset = None
    text, right = decode(_content(part), charset)
    if not right:
        body.flag("charset_replaced")
    is_html = part.get_content_subtype() == "html"
    if len(text) > LIMITS.read_characters:
        body.flag("text_cut")
        text = text[: LIMITS.read_characters]
    if _PGP in text:
        body.flag("encrypted")
    body.shown.append((clean(text_of(text) if is_html else text), is_html))


def _keep(part: Part, body: Body) -> None:
    media_type = part.get_content_type()
    if media_type in _ENCRYPTED:
        body.flag("encrypted")
    content = _inner(part) if part.is_multipart() else _content(part)
    given = _name(part) or ("message.eml" if media_type == "message/rfc822" else "unnamed")
    body.files.append(MailFile(display_name(given, None), clean(media_type)[:100], content))


def _inner(part: Part) -> bytes:
    """A mail within the mail, whole."""
    try:
        return b"\n".join(p.as_bytes() for p in part.get_payload() if isinstance(p, Message))
    except (*FAULTS, OSError):
        return str(part.get_payload()).encode("utf-8", "surrogateescape")
