"""Whether a person wrote a mail: bounces, loops, answering machines and lists are told apart.

RFC 3834 (automatic answers), RFC 3464 and 3462 (reports), RFC 2919 and 2369 (lists).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from services.intake.mail import words
from services.intake.mail.headers import Headers, domain_of
from services.intake.mail.words import fold
from shared.mail import Ours, plain

Kind = Literal["new", "reply", "auto_reply", "bounce", "loop", "list"]
_REPORT = re.compile(r"report-type\s{0,3}=\s{0,3}[\"']?([a-z\-]{1,40})", re.IGNORECASE)
_BULK = ("bulk", "junk", "list")
_MACHINES = ("x-autoreply", "x-autorespond", "x-autoreply-from", "x-mail-autoreply")
_SUPPRESS, _UNSUBSCRIBE = "x-auto-response-suppress", "list-unsubscribe"
# People's mail carries these too: mail servers and sending services add them for everybody.
DOUBTS = {_SUPPRESS: "auto_response_suppress", _UNSUBSCRIBE: "list_unsubscribe"}
_NO_LIST = (_UNSUBSCRIBE, "list-unsubscribe-post")


class Judged(NamedTuple):
    """A kind, and why the mail is set aside; None where it is not."""

    kind: Kind
    set_aside: str | None = None


@dataclass(frozen=True, slots=True)
class Signs:
    """What a mail is judged by; `sender` is its From, `path` where its bounces would go."""

    headers: Headers
    sender: str
    path: str | None
    message_id: str
    subject: str
    types: Sequence[str]


def judged(signs: Signs, own: Ours) -> Judged | None:
    """The kind of a mail that no person wrote, and the reason; None for a person's."""
    for judge in (_report, _loop, _automatic, _list, _without_path):
        found = judge(signs, own)
        if found:
            return found
    return None


def doubts(headers: Headers) -> list[str]:
    """Flags of a mail that a machine may have written: taken as a person's, but not answered."""
    return [
        flag
        for name, flag in DOUBTS.items()
        if any(v.strip().casefold() not in ("", "none") for v in headers.all(name))
    ]


def _report(signs: Signs, _: Ours) -> Judged | None:
    content_type = signs.headers.first("content-type")
    kind = _REPORT.search(content_type[:2000])
    if content_type.casefold().startswith("multipart/report") and kind:
        is_receipt = kind[1].casefold() == "disposition-notification"
        return Judged("auto_reply", "receipt") if is_receipt else Judged("bounce", "report")
    if "message/delivery-status" in signs.types or signs.headers.first("x-failed-recipients"):
        return Judged("bounce", "report")
    machine = signs.sender.partition("@")[0].casefold() in words.BOUNCE_SENDERS
    subject = fold(signs.subject).startswith(words.BOUNCE_SUBJECTS)
    if machine and (subject or signs.path == ""):
        return Judged("bounce", "mailer_daemon")
    return None


def _loop(signs: Signs, own: Ours) -> Judged | None:
    domain = domain_of(signs.message_id)
    if domain and domain in own.domains:
        return Judged("loop", "own_message_id")
    return Judged("loop", "own_address") if plain(signs.sender)[0] in own.senders else None


def _automatic(signs: Signs, _: Ours) -> Judged | None:
    submitted = [v.partition(";")[0].strip() for v in signs.headers.all("auto-submitted")]
    if any(value.casefold() not in ("", "no") for value in submitted):
        return Judged("auto_reply", "auto_submitted")
    if "auto_reply" in _precedence(signs) or any(signs.headers.all(name) for name in _MACHINES):
        return Judged("auto_reply", "autoresponder")
    said = fold(signs.subject).split(":")
    if len(said) > 1 and said[0].strip() in words.AUTO_SUBJECTS:
        return Judged("auto_reply", "auto_subject")
    return None


def _list(signs: Signs, _: Ours) -> Judged | None:
    if any(name not in _NO_LIST for name in signs.headers.starting("list-")):
        return Judged("list", "list_header")
    if any(value in _BULK for value in _precedence(signs)):
        return Judged("list", "precedence")
    return None


def _without_path(signs: Signs, _: Ours) -> Judged | None:
    return Judged("bounce", "empty_return_path") if signs.path == "" else None


def _precedence(signs: Signs) -> list[str]:
    return [value.strip().casefold() for value in signs.headers.all("precedence")]
