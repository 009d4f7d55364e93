"""A raw message read without fail: whatever it is, it becomes a `Mail`."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.parser import BytesHeaderParser
from typing import NamedTuple

from services.intake.mail.bodies import FAULTS, Body, MailFile, Part, body_of
from services.intake.mail.bounds import HEAD_END, bounded
from services.intake.mail.headers import Headers, addresses, decoded, domain_of, headers, ids
from services.intake.mail.kinds import DOUBTS, Judged, Kind, Signs, doubts, judged
from services.intake.mail.quotes import newly_written
from services.intake.mail.words import LIMITS
from shared.mail import Ours, of_ours
from shared.reference import parse as reference

_CONTAINER = re.compile(
    rb"\ncontent-type:[ \t]*(?:\r?\n[ \t]+)?(?:multipart|message)/", re.IGNORECASE
)
_REFERENCE = re.compile(r"\bRD[\s\-]?(?:[0-9A-Z]{4}-?){3}[0-9A-Z*~$=]", re.IGNORECASE)
_RECIPIENTS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")


class Route(NamedTuple):
    """What the mail server said beside the message; `sender` is "" for the null path."""

    sender: str | None = None
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it is read.

    `text` is what the writer newly wrote. `threads` are the Message-IDs it answers, `named` the
    references of complaints that it carries. `opens_complaint` is what the mail alone says;
    `set_aside` why it does not. `content` names what it says, whatever way it came.
    """

    message_id: str
    from_addr: str
    subject: str
    text: str
    files: tuple[MailFile, ...]
    kind: Kind
    opens_complaint: bool
    set_aside: str | None
    flags: tuple[str, ...]
    threads: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    content: str = ""

    @property
    def quiet(self) -> bool:
        """Whether a machine may have written it, so that no acknowledgement goes out by mail."""
        return not set(DOUBTS.values()).isdisjoint(self.flags)


class _Found(NamedTuple):
    """A message taken apart."""

    headers: Headers
    body: Body
    flags: list[str]
    content: str


def parse(raw: bytes, own: Ours, route: Route = Route()) -> Mail:  # noqa: B008 - a plain value
    """Read a message. Pure, never raises; what could not be read is named in `flags`."""
    flags = ["too_large"] if len(raw) > LIMITS.bytes else []
    message, cut = _message(raw[: LIMITS.bytes])
    found, more = headers(message.raw_items(), LIMITS.headers, LIMITS.header_bytes)
    body = _body(message)
    flags += [*cut, *more, *body.flags]
    return _mail(_Found(found, body, flags, _content(raw, found)), own, route)


def _mail(found: _Found, own: Ours, route: Route) -> Mail:
    head = found.headers
    subject, right = decoded(head.first("subject"))
    senders = addresses(head.all("from"))
    own_id = next(iter(ids([head.first("message-id")], 1)), "")
    threads = ids([*head.all("references"), *head.all("in-reply-to")], LIMITS.references)
    named = _named(subject, [*route.recipients, *_recipients(head)], own)
    sender, path = next(iter(senders), ""), _path(head, route)
    signs = Signs(head, sender, path, own_id, subject, found.body.types)
    kind, set_aside = judged(signs, own) or _written(threads, named)
    ours = bool(named) or any(domain_of(t) in own.domains for t in threads)
    text = newly_written(found.body.text)
    flags = [*found.flags, *_noted(head, senders, subject, right=right), *_sizes(text, own_id)]
    flags += doubts(head)
    return Mail(
        message_id=own_id or f"sha256:{found.content}",
        from_addr=sender,
        subject=subject[: LIMITS.subject_characters],
        text=text[: LIMITS.text_characters],
        files=tuple(found.body.files),
        kind=kind,
        opens_complaint=set_aside is None and not ours,
        set_aside=set_aside,
        flags=tuple(dict.fromkeys(flags)),
        threads=tuple(threads),
        named=named,
        content=found.content,
    )


def unread(raw: bytes, flag: str) -> Mail:
    """A message that could not be read within its limits: a complaint with the raw attached."""
    digest = hashlib.sha256(raw).hexdigest()
    return Mail(f"sha256:{digest}", "", "", "", (), "new", True, None, (flag,), content=digest)


def _message(raw: bytes) -> tuple[Part, list[str]]:
    """The message; of one with more parts than we read, or with bad ones, the headers alone."""
    inside, flags = bounded(raw)
    if len(_CONTAINER.findall(inside)) > LIMITS.parts:
        return BytesHeaderParser().parsebytes(inside, headersonly=True), [*flags, "too_many_parts"]
    try:
        return message_from_bytes(inside), flags
    except FAULTS:
        return BytesHeaderParser().parsebytes(inside, headersonly=True), [*flags, "unparseable"]


def _body(message: Part) -> Body:
    try:
        return body_of(message)
    except FAULTS:
        return Body(flags=["unparseable"])


def _noted(found: Headers, senders: list[str], subject: str, *, right: bool) -> list[str]:
    flags = [] if right else ["charset_replaced"]
    if not senders:
        flags.append("no_sender")
    elif len(set(senders)) > 1 or len(found.all("from")) > 1:
        flags.append("several_senders")
    return [*flags, "subject_cut"] if len(subject) > LIMITS.subject_characters else flags


def _sizes(text: str, own_id: str) -> list[str]:
    flags = [] if own_id else ["no_message_id"]
    flags += ["text_cut"] if len(text) > LIMITS.text_characters else []
    return [*flags, "empty"] if not text.strip() else flags


def _recipients(found: Headers) -> list[str]:
    return [a for name in _RECIPIENTS for a in addresses(found.all(name))]


def _named(subject: str, recipients: list[str], own: Ours) -> tuple[str, ...]:
    """The references in the address after a plus, and in the subject."""
    carried = [ref for _, ref in of_ours(recipients, own) if ref]
    told = [reference(m[0].strip()) for m in _REFERENCE.finditer(subject)]
    return tuple(dict.fromkeys([*carried, *(ref for ref in told if ref)]))


def _written(threads: list[str], named: tuple[str, ...]) -> Judged:
    return Judged("reply" if threads or named else "new")


def _path(found: Headers, route: Route) -> str | None:
    if route.sender is not None:
        return route.sender.strip("<> ")
    paths = found.all("return-path")
    return paths[0].strip("<> ") if paths else None


def _content(raw: bytes, found: Headers) -> str:
    """What a mail says, whatever mail servers wrote on top of it and however they end lines."""
    end = HEAD_END.search(raw)
    body = raw[end.end() :] if end else raw
    told = "\n".join(found.first(name) for name in ("from", "date", "subject"))
    plain = body.replace(b"\r\n", b"\n").rstrip()
    return hashlib.sha256(told.encode("utf-8", "surrogateescape") + b"\0" + plain).hexdigest()
