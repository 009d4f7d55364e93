"""Where answers may be sent: an address on the public Internet, by TLS. Pure.

OWASP, Server-Side Request Forgery Prevention: judged as written, and again when it is resolved.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

PORTS = (443, 8443)
_NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)", re.IGNORECASE)
_NAT64 = 0x64FF9B << 96  # 64:ff9b::/96, RFC 6052


def why_not(url: str, *, loopback: bool) -> str | None:
    """Why an address is forbidden, in a code; None where it may be written to.

    With `loopback` this machine is allowed too, by plain HTTP and at any port.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "malformed"
    host = (parts.hostname or "").rstrip(".")
    if not host or parts.username is not None or parts.password is not None:
        return "malformed"
    found = _literal(host)
    if loopback and found is not None and found.is_loopback:
        return None if parts.scheme in ("http", "https") else "scheme"
    return _judged(parts, host, port or 443)


def _judged(parts: SplitResult, host: str, port: int) -> str | None:
    if parts.scheme != "https":
        return "scheme"
    if port not in PORTS:
        return "port"
    found = _literal(host)
    if found is None:
        # 0x7f.1 and 2130706433 are addresses to a resolver (WHATWG URL, 3.5), names to nobody.
        return "address" if _NUMBER.fullmatch(host.rpartition(".")[2]) else None
    return None if allowed(str(found), loopback=False) else "address"


def allowed(address: str, *, loopback: bool) -> bool:
    """Whether a resolved address may be connected to."""
    found = _literal(address.partition("%")[0])
    if found is None:
        return False
    if loopback and found.is_loopback:
        return True
    return all(a.is_global and not a.is_multicast for a in (found, *_inner(found)))


def _inner(found: IPv4Address | IPv6Address) -> tuple[IPv4Address, ...]:
    """The IPv4 addresses that an IPv6 address leads to."""
    if isinstance(found, IPv4Address):
        return ()
    teredo = found.teredo or ()
    nat64 = [IPv4Address(int(found) & 0xFFFFFFFF)] if int(found) >> 32 == _NAT64 >> 32 else []
    return tuple(a for a in (found.ipv4_mapped, found.sixtofour, *teredo, *nat64) if a)


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
