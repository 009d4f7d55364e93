"""Mail by SMTP: rows 58 to 72."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from shared.events.intake import ComplaintSubmitted
from tests.integration.intake.bad_inputs.body_rows import ONE
from tests.integration.intake.bad_inputs.place import ALICE, SUPPORT, Place, kinds
from tests.integration.intake.bad_inputs.table import Row
from tests.unit.intake.mail.mails import TEXT, mail, nested, parts

Make = Callable[[str], bytes]
MIB = 1 << 20
DATE = b"Fri, 20 Nov 2026 12:00:00 +0000"
TNEF = "eJ8+IgEAAQ=="  # how such a file begins (MS-OXTNEF, 2.1.3.1)
OURS = f"Support <{SUPPORT}>"


async def became(place: Place, code: int) -> dict[str, Any]:
    """What is known of the mails that came since the last look."""
    rows, events = await place.fresh("intake_mail"), await place.came()
    found = {
        "code": code,
        "kinds": sorted(row["kind"] for row in rows),
        "flags": sorted({flag for row in rows for flag in row["flags"]}),
        **kinds(events),
    }
    opened = [event.data.facts for event in events if isinstance(event.data, ComplaintSubmitted)]
    for facts in opened[:1]:
        found["subject"], found["text"] = facts.subject.text, facts.description.text
        found["sender"] = facts.contact.text if facts.contact else ""
        found["files"] = [file.name.text for file in facts.attachments]
        found["just_now"] = abs((datetime.now(UTC) - facts.received_at).total_seconds()) < 60
        found["answered"] = not facts.quiet
    return found


def mailed(words: str, make: Make, times: int = 1, path: str = ALICE, **answer: Any) -> Row:
    """A mail under an id of its own, handed in so many times."""

    async def ask(place: Place) -> dict[str, Any]:
        raw = make(uuid.uuid4().hex)
        codes = {await place.send(raw, sender=path) for _ in range(times)}
        return await became(place, max(codes))

    return Row(words, ask, {"code": 250, **answer})


def opens(words: str, make: Make, times: int = 1, **answer: Any) -> Row:
    """A mail that becomes one complaint, however strange."""
    return mailed(words, make, times, **{**ONE, "kinds": ["new"], **answer})


def kept(words: str, extra: str, kind: str, path: str = ALICE) -> Row:
    """A mail that no person wrote: it is kept, opens nothing and is answered by nothing."""
    return mailed(words, lambda id_: mail(TEXT, extra, id_=id_), path=path, kinds=[kind])


def from_(sender: str) -> Make:
    return lambda id_: mail(sender=sender, id_=id_)


def of(*more: str, body: str = TEXT, **fields: str) -> Make:
    return lambda id_: mail(body, *more, id_=id_, **fields)


def nameless(id_: str) -> bytes:
    raw = mail(f"{TEXT} {id_}", id_=id_)
    return raw.replace(f"Message-ID: <{id_}@customer.example>\r\n".encode(), b"")


def charset(name: str, content: bytes) -> Make:
    head = f"Content-Type: text/plain; charset={name}\r\nContent-Transfer-Encoding: 8bit"
    return lambda id_: mail("", head, id_=id_) + content


def with_part(head: str) -> Make:
    file = f"{head}\r\nContent-Transfer-Encoding: base64\r\n\r\n{TNEF}"
    body, outer = parts(f"Content-Type: text/plain\r\n\r\n{TEXT}", file)
    return of(outer, body=body)


def page(html: str) -> Make:
    return of("Content-Type: text/html; charset=utf-8", body=html)


def dated(date: bytes) -> Make:
    return lambda id_: mail(id_=id_).replace(DATE, date)


async def _other_body(place: Place) -> dict[str, Any]:
    id_ = uuid.uuid4().hex
    codes = [await place.send(mail(body, id_=id_)) for body in ("one", "two", "two", "one")]
    return await became(place, max(codes))


async def _stranger(place: Place) -> dict[str, Any]:
    """The same reply, first by somebody else and then by the complaint's contact."""
    id_ = uuid.uuid4().hex
    await place.send(mail(f"{TEXT} {id_}", id_=id_))
    ((first,), _) = await place.came(), await place.fold()
    told = f"References: <{first.subject}@intake.example> <{id_}@customer.example>"
    subject = f"Re: [{first.data.facts.reference}]"
    stranger = "Alice <mallory@evil.example>"
    for number, sender in enumerate((stranger, f"Alice <{ALICE}>")):
        await place.send(mail("More.", told, subject=subject, sender=sender, id_=f"{number}{id_}"))
    return await became(place, 250)


async def converse(place: Place, data: Iterable[bytes]) -> int:
    """Hand in what no client of ours would; the code that is said to the mail."""
    reader, writer = await asyncio.open_connection("127.0.0.1", place.mail_port)
    for line in ("EHLO x", f"MAIL FROM:<{ALICE}>", f"RCPT TO:<{SUPPORT}>", "DATA"):
        await _answer(reader)
        writer.write(line.encode() + b"\r\n")
    await _answer(reader)
    for chunk in data:
        writer.write(chunk)
        await writer.drain()
    code = int((await _answer(reader))[:3])
    writer.close()
    return code


async def _answer(reader: asyncio.StreamReader) -> bytes:
    while (line := await reader.readline())[3:4] == b"-":
        pass
    return line


async def _hundred_megabytes(place: Place) -> dict[str, Any]:
    line = b"x" * 1022 + b"\r\n"
    chunks = [mail(), *[line * 1024] * 100, b"\r\n.\r\nQUIT\r\n"]
    return await became(place, await converse(place, chunks))


async def _announced(place: Place) -> dict[str, Any]:
    return await became(place, await place.send(mail("\r\n" * (13 * MIB))))


async def _smuggled(place: Place) -> dict[str, Any]:
    id_ = uuid.uuid4().hex
    inner = f"\n.\r\nMAIL FROM:<x@evil.example>\r\nRCPT TO:<{SUPPORT}>\r\nDATA\r\n".encode()
    evil = mail("evil", id_=f"evil{id_}")
    data = [mail("Hello", id_=id_) + inner + evil + b"\r\n.\r\nQUIT\r\n"]
    return await became(place, await converse(place, data))


MANY = ["Content-Type: text/x\r\n\r\nx"] * 1000
INSIDE = ["Content-Type: message/rfc822\r\n\r\n"] * 60
ROWS = [
    opens("58 no From", from_(""), flags=["no_sender"], sender=""),
    opens("58 a group", from_("undisclosed-recipients:;"), flags=["no_sender"], sender=""),
    opens("58 a broken From", from_("<"), flags=["no_sender"], sender=""),
    opens(
        "58 two From",
        of("From: other@b.example"),
        flags=["several_senders"],
        sender=ALICE,
    ),
    opens("58 two in one From", from_("a@b.example, c@d.example"), flags=["several_senders"]),
    opens("59 no Message-ID", nameless, times=2, flags=["no_message_id"]),
    opens("60 the same Message-ID twice", of(), times=2, flags=[]),
    Row(
        "61 the same Message-ID, other bodies",
        _other_body,
        {"kinds": ["new", "new"], "flags": ["message_id_reused"], "complaints": 2},
    ),
    kept("62 an automatic reply", "Auto-Submitted: auto-replied", "auto_reply"),
    kept("62 a list", "List-Id: <l.example>", "list"),
    kept("62 bulk", "Precedence: bulk", "list"),
    kept("62 a bounce", "X: y", "bounce", path=""),
    opens(
        "62 no automatic answer wanted",
        of("X-Auto-Response-Suppress: All"),
        flags=["auto_response_suppress"],
        answered=False,
    ),
    mailed("63 our own letter", of(sender=OURS), times=3, kinds=["loop"]),
    opens(
        "64 an unknown charset",
        charset("x-none", b"h\xe9llo"),
        flags=["charset_replaced"],
        text="h\ufffdllo",
    ),
    opens("64 a charset that lies", charset("us-ascii", "héllo".encode()), text="héllo"),
    opens("64 8 bits in a header", of(subject="日本"), subject="日本"),
    opens("64 RFC 2047 junk", of(subject="=?utf-8?B?a?="), subject="=?utf-8?B?a?="),
    opens(
        "65 500 multiparts",
        lambda id_: nested(500) + id_.encode(),
        flags=["empty", "no_message_id", "too_many_parts"],
    ),
    opens(
        "65 1,000 parts",
        lambda id_: mail(*parts(*MANY), id_=id_),
        flags=["empty", "too_many_parts"],
    ),
    opens("65 mails in mails", lambda id_: mail(*parts(*INSIDE), id_=id_)),
    opens(
        "66 winmail.dat",
        with_part("Content-Type: application/ms-tnef; name=winmail.dat"),
        text=TEXT,
        files=["winmail.dat"],
    ),
    opens("66 a calendar", with_part("Content-Type: text/calendar"), text=TEXT),
    opens(
        "66 S/MIME",
        with_part("Content-Type: application/pkcs7-signature; name=smime.p7s"),
        text=TEXT,
    ),
    Row("67 100 MB", _hundred_megabytes, {"code": 552, "kinds": []}),
    Row("67 26 MiB, announced", _announced, {"code": 552, "kinds": []}),
    Row("68 smuggling", _smuggled, {"code": 250, "kinds": ["new"], **ONE}),
    opens("69 of 1970", dated(b"Thu, 01 Jan 1970 00:00:00 +0000"), just_now=True),
    opens("69 of 2099", dated(b"Thu, 01 Jan 2099 00:00:00 +0000"), just_now=True),
    opens("69 of no date", dated(b"soon"), just_now=True),
    opens("70 a folded subject", of(subject="a\r\n b"), subject="a b"),
    opens("70 CR LF in an encoded subject", of(subject="=?utf-8?q?a=0D=0A?= b"), subject="a b"),
    Row(
        "71 a stranger's reply",
        _stranger,
        {"kinds": ["new", "reply", "reply"], "complaints": 1, "messages": 1},
    ),
    opens("72 HTML only", page("<p>Hello&nbsp;<b>you</b></p>"), text="Hello you"),
    opens("72 a tracker", page("<img src='https://t.example/1.gif' width=1>"), flags=["empty"]),
    opens("72 nothing", of(body=""), flags=["empty"]),
]
