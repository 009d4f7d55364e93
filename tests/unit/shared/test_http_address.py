"""Whose request it is: the peer's word, a trusted proxy's, and nobody else's."""

import pytest

from shared.errors import UsageError
from shared.http.address import Proxies, bucket

BEHIND = "10.0.0.0/8, 2001:db8:ffff::/48"


def address(peer, value, header="x-forwarded-for", trusted=BEHIND, **more):
    headers = [(header.encode(), value.encode())] if value is not None else []
    headers += [(name.encode(), other.encode()) for name, other in more.items()]
    scope = {"client": (peer, 1234) if peer else None, "headers": headers}
    return Proxies.of(trusted, header).address(scope)


@pytest.mark.parametrize(
    ("peer", "written", "found"),
    [
        ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "1.1.1.1, 203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "1.1.1.1, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        ("10.0.0.1", "203.0.113.7:4711", "203.0.113.7"),
        ("10.0.0.1", "[2001:db8::7]:4711", "2001:db8::7"),
        ("10.0.0.1", "::ffff:203.0.113.7", "203.0.113.7"),
        ("::ffff:10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("2001:db8:ffff::1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", "1.1.1.1, <script>", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.7, 10.0.0.9, junk", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("203.0.113.9", "1.1.1.1", "203.0.113.9"),
        ("", "1.1.1.1", ""),
    ],
)
def test_the_list_is_read_from_its_end_while_its_writers_are_trusted(peer, written, found):
    assert address(peer, written) == found


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("for=203.0.113.7", "203.0.113.7"),
        ('for="203.0.113.7:4711";proto=https;by=10.0.0.1', "203.0.113.7"),
        ('by=10.0.0.1; For="[2001:db8::7]:4711"', "2001:db8::7"),
        ("for=1.1.1.1, for=203.0.113.7", "203.0.113.7"),
        ("for=203.0.113.7, for=_hidden", "10.0.0.1"),
        ("for=unknown", "10.0.0.1"),
    ],
)
def test_the_standard_header_is_read_in_its_own_form(written, found):
    assert address("10.0.0.1", written, "forwarded") == found


def test_the_header_that_the_proxy_does_not_write_is_not_read():
    assert address("10.0.0.1", "203.0.113.7", forwarded="for=1.1.1.1") == "203.0.113.7"


def test_without_trusted_proxies_the_peer_is_the_client():
    assert address("10.0.0.1", "203.0.113.7", trusted="") == "10.0.0.1"


def test_a_network_that_is_none_is_said_at_the_start():
    with pytest.raises(UsageError):
        Proxies.of("10.0.0.0/8, proxy.internal", "forwarded")


def test_a_line_of_the_new_internet_is_counted_as_one():
    assert bucket("2001:db8:1:2:3::4") == bucket("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"
    assert bucket("2001:db8:1:3::4") != bucket("2001:db8:1:2::4")
    assert bucket("::ffff:203.0.113.7") == bucket("203.0.113.7") == "203.0.113.7"
    assert bucket("") == ""
