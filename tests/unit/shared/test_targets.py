"""Row 82 of the bad inputs: where answers may be sent."""

import pytest

from shared.rules.targets import allowed, why_not


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.com/hook", "scheme"),
        ("ftp://example.com/hook", "scheme"),
        ("file:///etc/passwd", "malformed"),
        ("https://169.254.169.254/latest", "address"),
        ("https://[::ffff:127.0.0.1]/", "address"),
        ("https://[::1]/", "address"),
        ("https://127.0.0.1/", "address"),
        ("https://10.1.2.3/", "address"),
        ("https://0x7f.1/", "address"),
        ("https://2130706433/", "address"),
        ("https://127.1/", "address"),
        ("https://example.com:22/", "port"),
        ("https://example.com:99999/", "malformed"),
        ("https://user:pass@example.com/", "malformed"),
        ("https://@example.com/", "malformed"),
        ("https:///hook", "malformed"),
        ("not an address", "malformed"),
    ],
)
def test_a_forbidden_address_is_named(url, code):
    assert why_not(url, loopback=False) == code


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/hook",
        "https://example.com:8443/hook?x=1",
        "https://8.8.8.8/",
        "https://[2606:4700::1111]/",
    ],
)
def test_the_public_internet_by_tls_is_allowed(url):
    assert why_not(url, loopback=False) is None


def test_this_machine_only_by_setting():
    assert why_not("http://127.0.0.1:9000/hook", loopback=True) is None
    assert why_not("http://10.0.0.1/hook", loopback=True) == "scheme"
    assert why_not("http://localhost/hook", loopback=True) == "scheme"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "192.168.1.1",
        "0.0.0.0",  # noqa: S104 - no server listens here
        "224.0.0.1",
        "::1",
        "::",
        "fc00::1",
        "fe80::1%eth0",
        "::ffff:10.0.0.1",
        "2002:7f00:0001::",
        "64:ff9b::7f00:1",
        "nonsense",
    ],
)
def test_an_address_that_is_not_global_is_not_connected_to(address):
    assert not allowed(address, loopback=False)


def test_a_global_address_is():
    assert allowed("8.8.8.8", loopback=False)
    assert allowed("2606:4700::1111", loopback=False)
