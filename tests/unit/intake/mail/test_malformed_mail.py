"""Mail that no program should send: read without a fault, and in time."""

import time

import pytest

from services.intake.mail.parse import parse
from tests.unit.intake.mail.mails import OURS, mail, malformed


def test_a_thousand_malformed_mails_are_read_each_within_seconds():
    slowest = 0.0
    for seed in range(1500):
        raw = malformed(seed)
        started = time.perf_counter()
        found = parse(raw, OURS)
        slowest = max(slowest, time.perf_counter() - started)
        assert f"{found.subject}{found.text}".isprintable() or found.text.encode("utf-8")
        assert "\n" not in found.subject
    assert slowest < 5


@pytest.mark.parametrize(
    "page", ["<" * 400_000, "<div" * 100_000, "<!--" * 100_000, "<a '" * 100_000, "&#x" * 150_000]
)
def test_html_that_never_ends_takes_no_longer(page):
    started = time.perf_counter()
    parse(mail(page, "Content-Type: text/html"), OURS)

    assert time.perf_counter() - started < 5


@pytest.mark.parametrize("name", ["From", "To", "Subject", "References", "Content-Type", "X"])
@pytest.mark.parametrize("sign", [b"<", b"=?utf-8?q?", b"a@b, ", b'";', b"(", b"\xff", b"<a@b> "])
def test_a_header_of_megabytes_takes_no_longer(name, sign):
    started = time.perf_counter()
    parse(name.encode() + b": " + sign * (1_000_000 // len(sign)) + b"\r\n\r\nhello", OURS)

    assert time.perf_counter() - started < 5
