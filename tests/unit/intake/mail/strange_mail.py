"""Mail that no program should send, built part by part and then broken."""

from __future__ import annotations

import base64

from hypothesis import strategies as st

from tests.unit.intake.mail.mails import JUNK, NAMES

CHARSETS = st.sampled_from(
    [
        *("utf-8", "us-ascii", "gb2312", "iso-2022-jp", "koi8-r", "utf-7", "utf-16", "x-none"),
        *("zip", "punycode", "idna", "unicode_escape", "", "'utf-8'", "utf-8\x00", "cp65001"),
    ]
)
TEXT = st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass"))
BYTES = TEXT | st.binary(max_size=60) | st.sampled_from(JUNK)
TYPES = st.sampled_from(
    [
        *("text/plain", "text/html", "application/pdf", "image/png", "application/ms-tnef"),
        *("text/calendar", "message/rfc822", "message/delivery-status", "multipart/mixed"),
        *("text", "/", "", "text/plain; ; =", "application/pkcs7-mime", "message/external-body"),
    ]
)
CODINGS = st.sampled_from(
    [
        "base64",
        "quoted-printable",
        "7bit",
        "8bit",
        "binary",
        "x-uuencode",
        "gzip",
        "base64 base64",
        "",
    ]
)
KINDS = st.sampled_from(["mixed", "alternative", "related", "report", "digest", "signed", ""])
PAGES = st.lists(
    st.sampled_from(
        [
            "<p>",
            "</div>",
            "<blockquote>",
            "<!--",
            "-->",
            "<style>",
            "&#x110000;",
            "&",
            "text",
            "<a '",
        ]
    ),
    max_size=20,
).map(lambda signs: "".join(signs).encode())


def _word(charset: str, coding: str, content: bytes) -> bytes:
    """An encoded word (RFC 2047), right or not."""
    text = base64.b64encode(content) if coding in "bB" else content.hex("=").encode()
    return b"=?%b?%b?%b?=" % (charset.encode(), coding.encode(), text)


WORD = st.builds(_word, CHARSETS, st.sampled_from(["B", "b", "Q", "q", "X", ""]), BYTES)
VALUE = BYTES | WORD | st.lists(WORD, min_size=2, max_size=4).map(b" ".join)
LINE_END = st.sampled_from([b"\r\n"] * 6 + [b"\n", b"\r", b"\r\n ", b""])
HEADER = st.builds(
    lambda name, value, end: name + b": " + value + end, st.sampled_from(NAMES), VALUE, LINE_END
)
FIRST = st.sampled_from(
    [
        b"From: Alice <alice@customer.example>\r\nMessage-ID: <1@customer.example>\r\n",
        b"From: alice@customer.example, support@exchange.example\r\nSubject: =?utf-8?q?a?=\r\n",
        b"From: support@exchange.example\r\nReferences: <1@exchange.example> <\r\n",
        b"Subject: Re: [RD-0000-0000-0000-1]\r\nIn-Reply-To: <\r\n",
        b"",
    ]
)


def _leaf(kind: str, charset: str, coding: str, name: bytes, content: bytes) -> bytes:
    head = f"Content-Type: {kind}; charset={charset}\r\nContent-Transfer-Encoding: {coding}\r\n"
    encoded = base64.encodebytes(content) if coding == "base64" else content
    where = b"Content-Disposition: attachment; filename*0*=utf-8''%b\r\n" % name if name else b""
    return head.encode() + where + b"\r\n" + encoded


def _multipart(kind: str, boundary: tuple[str, str], children: list[bytes], closed: bool) -> bytes:
    said, used = (text.encode() for text in boundary)
    head = b'Content-Type: multipart/%b; boundary="%b"\r\n\r\n' % (kind.encode(), said)
    inside = b"".join(b"--" + used + b"\r\n" + child + b"\r\n" for child in children)
    return head + b"preamble\r\n" + inside + (b"--" + used + b"--\r\n" if closed else b"")


BOUNDARY = st.sampled_from(["b", "c", "", "-" * 90, "a b", "日"]).flatmap(
    lambda said: st.tuples(st.just(said), st.sampled_from([said] * 5 + ["b", "other"]))
)
LEAF = st.builds(_leaf, TYPES, CHARSETS, CODINGS, st.just(b"") | BYTES, BYTES | PAGES)
PARTS = st.recursive(
    LEAF,
    lambda inner: (
        st.builds(_multipart, KINDS, BOUNDARY, st.lists(inner, max_size=4), st.booleans())
        | st.builds(lambda mail: b"Content-Type: message/rfc822\r\n\r\n" + mail, inner)
    ),
    max_leaves=8,
)
HARM = st.lists(
    st.tuples(st.sampled_from(["cut", "put", "drop", "flip", "twice"]), st.floats(0, 1), BYTES),
    max_size=4,
)


def _whole(
    first: bytes, headers: list[bytes], body: bytes, harm: list[tuple[str, float, bytes]]
) -> bytes:
    raw = first + b"".join(headers) + body
    for kind, place, what in harm:
        at = int(place * len(raw))
        raw = {
            "cut": raw[:at],
            "put": raw[:at] + what + raw[at:],
            "drop": raw[:at] + raw[at + len(what) + 1 :],
            "flip": raw[:at] + bytes(255 - sign for sign in raw[at : at + 1]) + raw[at + 1 :],
            "twice": raw[:at] + raw,
        }[kind]
    return raw


MAILS = st.builds(_whole, FIRST, st.lists(HEADER, max_size=6), PARTS, HARM)
