"""Mails for the tests below, and those that no mail program would write."""

import random
from importlib.resources import files

import yaml

from shared.mail import Ours

SUPPORT = "support@exchange.example"
OURS = Ours((SUPPORT,), frozenset({SUPPORT}), frozenset({"exchange.example"}))
PROGRAMS = yaml.safe_load(
    files("tests.unit.intake.mail").joinpath("programs.yaml").read_text("utf-8")
)
TEXT = "My deposit of 0.5 BTC has not arrived."
JUNK = (
    b"=?utf-8?B?%%%?=",
    b"=?x-unknown?Q?=FF=?=",
    b'"<<@>>" <',
    b"multipart/mixed; boundary",
    b"multipart/mixed; boundary*0*=",
    b"text/plain; charset*=x''%ff",
    b"text/plain; charset=\x00\xff",
    b"attachment; filename*9999999999999999999999=x",
    b"\xff\xfe\x00",
    b"\t\r\n folded\r\n\r\n",
    b"undisclosed-recipients:;",
    b"a" * 3000,
    b";" * 2000,
    b"<" * 2000,
    "Ж中\u202e".encode("utf-16"),
)
NAMES = (
    *(b"From", b"To", b"Subject", b"Date", b"Message-ID", b"References", b"Content-Type"),
    *(b"Content-Transfer-Encoding", b"Content-Disposition", b"MIME-Version", b"Return-Path"),
    *(b"List-Id", b"Auto-Submitted", b"Precedence", b"X-Y", b" From", b":", b""),
)


def mail(body=TEXT, *extra, subject="My deposit", sender="Alice <alice@customer.example>", id_="1"):
    """A mail as a customer's program writes it; `extra` are further header lines."""
    lines = [
        f"From: {sender}",
        f"To: {SUPPORT}",
        f"Subject: {subject}",
        "Date: Fri, 20 Nov 2026 12:00:00 +0000",
        f"Message-ID: <{id_}@customer.example>",
        "MIME-Version: 1.0",
        *extra,
    ]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode("utf-8", "surrogateescape")


def parts(*bodies, kind="mixed"):
    """The header and the body of a multipart; each of `bodies` begins with its own headers."""
    inside = "".join(f"--b\r\n{body}\r\n" for body in bodies)
    return f"{inside}--b--\r\n", f'Content-Type: multipart/{kind}; boundary="b"'


def nested(depth):
    """Multiparts in multiparts, a text in the innermost."""
    head = "".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(depth)
    )
    return b"From: alice@customer.example\r\nSubject: deep\r\n" + head.encode() + b"\r\nhello"


def malformed(seed):
    """A mail with faults of every kind: of a good one broken, or put together from junk."""
    chance = random.Random(seed)  # noqa: S311 - the same ones each time
    raw = bytearray(_base(chance))
    for _ in range(chance.randrange(12)):
        place = chance.randrange(len(raw) + 1)
        match chance.randrange(5):
            case 0:
                raw[place:place] = chance.choice(JUNK)
            case 1:
                del raw[place : place + chance.randrange(40)]
            case 2:
                raw[place : place + 1] = bytes([chance.randrange(256)])
            case 3:
                line = chance.choice(NAMES) + b": " + chance.choice(JUNK) + b"\r\n"
                raw[:0] = line
            case _:
                raw[place:place] = raw[: chance.randrange(len(raw) + 1)]
    return bytes(raw[:200_000])


def _base(chance):
    text = (
        "Content-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: base64\r\n\r\n5L2g"
    )
    page = "Content-Type: text/html\r\n\r\n<p>Hello<blockquote>old</p><!-- x"
    pdf = "Content-Type: application/pdf; name*=utf-8''%C3"
    file = f"{pdf}\r\nContent-Disposition: attachment\r\n\r\n%"
    inner = "Content-Type: message/rfc822\r\n\r\n" + mail().decode()
    chosen = chance.sample([text, page, file, inner], chance.randrange(1, 5))
    body, head = parts(*chosen, kind=chance.choice(["mixed", "alternative", "related", "report"]))
    return chance.choice([mail(body, head), mail(), mail(text), nested(chance.randrange(60)), b""])
