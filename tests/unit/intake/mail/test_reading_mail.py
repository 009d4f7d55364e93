"""What is read in a mail, row by row of the table of bad inputs (58 to 72)."""

import pytest

from services.intake.mail.parse import Route, parse
from services.intake.mail.words import LIMITS
from shared.reference import parse as reference
from tests.unit.intake.mail.mails import (
    OURS,
    PROGRAMS,
    SUPPORT,
    TEXT,
    mail,
    nested,
    parts,
)

AS_FILE = "Content-Disposition: attachment\r\n"
HEADERS_500 = tuple(f"X-{n}: y" for n in range(500))


def test_an_ordinary_mail_is_read_whole():
    text = f"Content-Type: text/plain; charset=utf-8\r\n\r\n{TEXT}\r\n-- \r\nAlice"
    page = "Content-Type: text/html\r\n\r\n<p>other</p>"
    both, head = parts(text, page, kind="alternative")
    body, outer = parts(
        f"{head.replace('b', 'c', 0)}\r\n\r\n{both}".replace("--b", "--c").replace('"b"', '"c"'),
        'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="../../a.pdf"'
        "\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8=",
    )

    found = parse(mail(body, outer), OURS)

    assert (found.from_addr, found.subject) == ("alice@customer.example", "My deposit")
    assert (found.message_id, found.text) == ("<1@customer.example>", TEXT)
    assert (found.kind, found.opens_complaint, found.set_aside) == ("new", True, None)
    (file,) = found.files
    assert (file.name, file.media_type, file.content) == ("a.pdf", "application/pdf", b"hello")
    assert file.sha256 == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    assert found.flags == ()


@pytest.mark.parametrize(
    ("sender", "address", "flag"),
    [
        ("", "", "no_sender"),
        ("undisclosed-recipients:;", "", "no_sender"),
        ("<", "", "no_sender"),
        ("a@b.example, c@d.example", "a@b.example", "several_senders"),
        ('"pay@evil.example" <a@b.example>', "a@b.example", None),
        ("=?utf-8?q?a=40b=2Eexample?= <c@d.example>", "c@d.example", None),
    ],
)
def test_row_58_a_sender_is_one_address_or_none(sender, address, flag):
    found = parse(mail(sender=sender), OURS)

    assert found.from_addr == address
    assert found.opens_complaint
    assert [f for f in found.flags if "sender" in f] == ([flag] if flag else [])


def test_row_58_the_first_of_two_from_headers_counts():
    found = parse(mail(TEXT, "From: other@b.example"), OURS)

    assert (found.from_addr, found.flags) == ("alice@customer.example", ("several_senders",))


def test_row_59_without_a_message_id_the_content_names_it():
    raw = mail().replace(b"Message-ID: <1@customer.example>\r\n", b"")
    found = parse(raw, OURS)
    relayed = b"Received: from x\r\n" + raw.replace(b"\r\n", b"\n")

    assert found.message_id.startswith("sha256:")
    assert found.flags == ("no_message_id",)
    assert parse(relayed, OURS).message_id == found.message_id
    assert parse(raw + b"!", OURS).message_id != found.message_id


def test_row_61_another_body_is_another_content():
    assert parse(mail("one"), OURS).content != parse(mail("two"), OURS).content


@pytest.mark.parametrize(
    ("extra", "kind", "reason"),
    [
        ("Auto-Submitted: auto-replied (vacation)", "auto_reply", "auto_submitted"),
        ("Auto-Submitted: auto-generated", "auto_reply", "auto_submitted"),
        ("X-Autoreply: yes", "auto_reply", "autoresponder"),
        ("Precedence: auto_reply", "auto_reply", "autoresponder"),
        ("Precedence: Bulk", "list", "precedence"),
        ("Precedence: list", "list", "precedence"),
        ("List-Id: <news.example>", "list", "list_header"),
        ("List-Post: <mailto:x@y>", "list", "list_header"),
        ("List-Unsubscribe: <mailto:x@y>\r\nList-Id: <l>", "list", "list_header"),
        ("List-Unsubscribe: <mailto:x@y>\r\nPrecedence: bulk", "list", "precedence"),
        (
            "X-Auto-Response-Suppress: All\r\nAuto-Submitted: auto-replied",
            "auto_reply",
            "auto_submitted",
        ),
        ("Return-Path: <>", "bounce", "empty_return_path"),
        ("X-Failed-Recipients: a@b.example", "bounce", "report"),
        ("Content-Type: multipart/report; report-type=delivery-status", "bounce", "report"),
        (
            "Content-Type: multipart/report; report-type=disposition-notification",
            "auto_reply",
            "receipt",
        ),
    ],
)
def test_row_62_what_no_person_wrote_opens_nothing(extra, kind, reason):
    found = parse(mail(TEXT, extra), OURS)

    assert (found.kind, found.set_aside, found.opens_complaint) == (kind, reason, False)


@pytest.mark.parametrize(
    "extra", ["Auto-Submitted: no", "Precedence: first-class", "Return-Path: <alice@c.example>"]
)
def test_row_62_what_a_person_wrote_does(extra):
    assert parse(mail(TEXT, extra), OURS).opens_complaint


@pytest.mark.parametrize(
    ("extra", "flags"),
    [
        ("X-Auto-Response-Suppress: DR, OOF", ("auto_response_suppress",)),
        ("X-Auto-Response-Suppress: None", ()),
        ("List-Unsubscribe: <mailto:x@y>", ("list_unsubscribe",)),
        (
            "List-Unsubscribe: <https://x>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click",
            ("list_unsubscribe",),
        ),
    ],
)
def test_row_62_what_a_machine_may_have_written_opens_a_complaint_without_an_answer(extra, flags):
    found = parse(mail(TEXT, extra), OURS)

    assert (found.kind, found.set_aside, found.opens_complaint) == ("new", None, True)
    assert (found.flags, found.quiet) == (flags, bool(flags))


def test_row_62_the_envelope_knows_the_null_path_too():
    assert parse(mail(), OURS, Route("", (SUPPORT,))).kind == "bounce"
    assert parse(mail(), OURS, Route("alice@customer.example", (SUPPORT,))).kind == "new"


@pytest.mark.parametrize("subject", PROGRAMS["machines"])
def test_row_62_a_machine_is_known_by_its_subject(subject):
    assert parse(mail(subject=subject), OURS).kind == "auto_reply"


def test_row_62_a_bounce_from_our_own_server_is_no_loop():
    sender = "MAILER-DAEMON@exchange.example"
    raw = mail(TEXT, "Return-Path: <>", sender=sender, subject="Undelivered Mail Returned")
    raw = raw.replace(b"<1@customer.example>", b"<1@exchange.example>")

    assert parse(raw, OURS).kind == "bounce"


@pytest.mark.parametrize(
    "raw",
    [
        mail(sender=f"Support <{SUPPORT}>"),
        mail(sender="support+rd-1@exchange.example"),
        mail().replace(b"<1@customer.example>", b"<x@Exchange.example>"),
    ],
)
def test_row_63_our_own_mail_comes_back_and_stops(raw):
    found = parse(raw, OURS)

    assert (found.kind, found.opens_complaint) == ("loop", False)


@pytest.mark.parametrize(
    ("charset", "content", "text", "fine"),
    [
        ("utf-8", "日本".encode(), "日本", True),
        ("gb2312", "镕基".encode("gb18030"), "镕基", True),
        ("iso-2022-jp", "日本".encode("iso2022_jp"), "日本", True),
        ("koi8-r", "Привет".encode("koi8-r"), "Привет", True),
        ("us-ascii", "héllo".encode(), "héllo", True),
        ("iso-8859-1", "日本".encode(), "日本", False),
        ("utf-8", "h\xe9llo".encode("latin-1"), "h\ufffdllo", False),
        ("x-none", "h\xe9llo".encode("latin-1"), "h\ufffdllo", False),
        ("punycode", b"abc", "abc", False),
        ("zip", b"abc", "abc", False),
    ],
)
def test_row_64_a_charset_that_lies_is_found_out(charset, content, text, fine):
    head = f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: 8bit"
    found = parse(mail("", head) + content, OURS)

    assert found.text == text
    assert ("charset_replaced" not in found.flags) == fine


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("=?utf-8?B?5L2g?= =?utf-8?B?5aW9?=", "你好"),
        ("=?UTF-8?B?5L0=?= =?utf-8?b?oA==?=", "你"),
        ("=?iso-8859-1*fr?Q?caf=E9_noir?=", "café noir"),
        ("=?bogus?Q?a?=", "a"),
        ("=?utf-8?B?a?=", "=?utf-8?B?a?="),
        ("日本", "日本"),
        ("a\x00b\x07c", "abc"),
    ],
)
def test_row_64_words_in_headers_are_read(given, read):
    assert parse(mail(subject=given), OURS).subject == read


@pytest.mark.parametrize(
    ("raw", "flag"),
    [
        (nested(500), "too_many_parts"),
        (nested(20), "too_deep"),
        (mail(*parts(*["Content-Type: text/x\r\n\r\nx"] * 1000)), "too_many_parts"),
        (mail(*parts(*["Content-Type: message/rfc822\r\n\r\n"] * 60)), "too_many_parts"),
        (mail(TEXT, *HEADERS_500), "too_many_headers"),
        (mail(TEXT, "X-Long: " + "y" * 100_000), "header_cut"),
        (mail("x" * 30_000), "text_cut"),
        (mail(subject="x" * 3000), "subject_cut"),
    ],
)
def test_row_65_what_is_too_much_is_flagged_and_the_rest_read(raw, flag):
    found = parse(raw, OURS)

    assert flag in found.flags
    assert found.opens_complaint
    assert len(found.files) <= LIMITS.parts


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("Content-Type: application/ms-tnef; name=winmail.dat", "winmail.dat"),
        ("Content-Type: text/calendar; charset=utf-8", "unnamed"),
        ("Content-Type: application/pkcs7-signature; name=smime.p7s", "smime.p7s"),
        ("Content-Type: message/rfc822", "message.eml"),
        ("Content-Type: text/plain; name*=utf-8''%E4%BD%A0.txt", "你.txt"),
        ("Content-Type: text/plain; name==?utf-8?B?5L2g?=", "你"),
        ('Content-Type: image/png; name="..\\..\\a\x07b.png"', "ab.png"),
    ],
)
def test_row_66_what_is_no_text_is_kept_as_a_file(head, name):
    body, outer = parts(f"Content-Type: text/plain\r\n\r\n{TEXT}", f"{head}\r\n\r\nx: y\r\n\r\nz")
    found = parse(mail(body, outer), OURS)

    assert [file.name for file in found.files] == [name]
    assert b"z" in found.files[0].content
    assert found.text == TEXT


def test_row_67_a_mail_that_is_too_large_is_flagged():
    assert "too_large" in parse(mail() + b"x" * LIMITS.bytes, OURS).flags


@pytest.mark.parametrize("subject", ["a\r\n b", "a\r\n\tb", "=?utf-8?q?a=0D=0A?= b", "a\u2028b"])
def test_row_70_a_subject_is_one_line(subject):
    assert parse(mail(subject=subject), OURS).subject == "a b"


def test_row_71_a_reply_names_what_it_answers():
    answered = "In-Reply-To: <L@exchange.example>\r\nReferences: <C@exchange.example>"
    found = parse(mail(TEXT, answered), OURS)
    other = parse(mail(TEXT, "In-Reply-To: <x@elsewhere.example>"), OURS)

    assert found.threads == ("<C@exchange.example>", "<L@exchange.example>")
    assert (found.kind, found.opens_complaint) == ("reply", False)
    assert (other.kind, other.opens_complaint) == ("reply", True)


def test_row_71_a_reference_stands_in_the_subject_or_behind_a_plus():
    one, two = reference("0000000000000"), "RD-0000-0000-0001-1"
    route = Route("a@b.example", (f"support+{two.lower()}@exchange.example",))

    assert parse(mail(subject=f"Re: [{one}] x"), OURS).named == (one,)
    assert parse(mail(), OURS, route).named == (two,)
    assert parse(mail(subject="Re: [RD-0000-0000-0000-5]"), OURS).named == ()


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>Hello&nbsp;<b>you</b></p><p>1 < 2</p>", "Hello you\n\n1 < 2"),
        ("<img src='https://t.example/1.gif' width=1>", ""),
        ("", ""),
        ("<style>p{}</style><script>x<y</script><p>ok</p>", "ok"),
        ("<!--[if mso]><p>no</p><![endif]--><p>ok", "ok"),
        ("<div style='display:none'>no</div>ok", "ok"),
        ("ok<div class=gmail_quote>On 1 Jan 2026 wrote:<blockquote>old</blockquote></div>", "ok"),
        ("ok<div id=divRplyFwdMsg><p>From: x</div><p>old", "ok"),
    ],
)
def test_row_72_html_becomes_text_and_nothing_is_loaded(page, text):
    found = parse(mail(page, "Content-Type: text/html; charset=utf-8"), OURS)

    assert found.text == text
    assert ("empty" in found.flags) == (not text)
