"""Letters by mail: one message, marked as automatic, sent to the address that the letter names."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote, urlsplit

import aiosmtplib

from services.notify.channels.handled import RefusedError
from services.notify.letters.page import html
from services.notify.letters.render import Text
from shared.errors import TransientError
from shared.events.personal import ERASED

SEND_LIMIT_S = 8.0
FINAL = range(500, 600)
TLS_SCHEME = "smtps"
# RFC 3834: no answering machine answers this, and none of ours is answered by a bounce.
NULL_SENDER = ""
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")  # printable ASCII without spaces and brackets
_FORBIDDEN = ("\r", "\n", "\0")


@dataclass(frozen=True, slots=True)
class Thread:
    """What makes mail programs show a letter where it belongs; ids are Message-IDs (RFC 5322).

    `own` is that of the complaint, `asked` that of the customer's mail, `reply_to` the address
    that leads an answer to its complaint.
    """

    own: str
    asked: str = ""
    reply_to: str = ""


def message(
    letter_id: str, text: Text, *, sender: str, recipient: str, thread: Thread, at: datetime
) -> EmailMessage:
    """The mail of a letter; the same letter has the same Message-ID. Raises RefusedError."""
    if recipient == ERASED:
        raise RefusedError("erased")
    if any(sign in part for sign in _FORBIDDEN for part in (recipient, sender, text.subject)):
        raise RefusedError("control_character")
    mail = EmailMessage()
    try:
        mail["To"] = Address(addr_spec=recipient)
    except (ValueError, IndexError, MessageError) as error:
        raise RefusedError("bad_address") from error
    mail["From"] = sender
    mail["Subject"] = text.subject
    mail["Date"] = at
    mail["Message-ID"] = f"<{letter_id}>"
    asked = thread.asked if _MESSAGE_ID.fullmatch(thread.asked) else ""
    mail["References"] = f"{asked} <{thread.own}>".strip()
    if asked:
        mail["In-Reply-To"] = asked
    if thread.reply_to:
        mail["Reply-To"] = thread.reply_to
    mail["Auto-Submitted"] = "auto-replied"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(text.body.replace("\0", ""))
    mail.add_alternative(html(text).replace("\0", ""), subtype="html")
    return mail


async def send(mail: EmailMessage, smtp_url: str) -> None:
    """Hand the mail to the server. Raises RefusedError on 5xx, TransientError on all else."""
    try:
        await aiosmtplib.send(
            mail,
            sender=NULL_SENDER,
            recipients=[mail["To"].addresses[0].addr_spec],
            timeout=SEND_LIMIT_S,
            **_server(smtp_url),
        )
    except aiosmtplib.SMTPRecipientsRefused as error:
        raise _problem(error.recipients[0].code) from error
    except aiosmtplib.SMTPResponseException as error:
        raise _problem(error.code) from error
    except (aiosmtplib.SMTPException, OSError, ssl.SSLError) as error:
        raise TransientError("the mail server is away") from error


def _problem(code: int) -> Exception:
    if code in FINAL:
        return RefusedError(f"smtp_{code}")
    return TransientError(f"the mail server says {code}")


def _server(smtp_url: str) -> Mapping[str, Any]:
    """`smtp://[user:password@]host:port`; `smtps` speaks TLS from the first byte."""
    url = urlsplit(smtp_url)
    return {
        "hostname": url.hostname,
        "port": url.port,
        "use_tls": url.scheme == TLS_SCHEME,
        "username": unquote(url.username) if url.username else None,
        "password": unquote(url.password) if url.password else None,
    }
