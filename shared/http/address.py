"""From which address a request comes: the peer's, or the one that a trusted proxy names."""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from starlette.types import Scope

from shared.errors import UsageError

Header = Literal["x-forwarded-for", "forwarded"]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
SITE_BITS = 64  # a customer's IPv6 line has at least so large a network (RFC 6177)
MOST_HOPS = 20
_FOR = re.compile(r"(?:^|;)\s*for=\"?\[?([0-9a-f.:]+)\]?(?::\d+)?\"?\s*(?=;|$)", re.IGNORECASE)
_HOP = re.compile(r"\[?([0-9a-f.:]+?)\]?", re.IGNORECASE)
_WITH_PORT = re.compile(r"(?:([0-9.]+)|\[([0-9a-f:.]+)\]):\d{1,5}", re.IGNORECASE)


@dataclass(frozen=True)
class Proxies:
    """The networks whose word is taken, and the one header that they write.

    A trusted proxy appends to that header what it saw; whatever other header comes through it was
    written by the client, and is not read.
    """

    trusted: tuple[Network, ...] = ()
    header: Header = "x-forwarded-for"

    @classmethod
    def of(cls, networks: str, header: Header) -> "Proxies":
        """Read the setting: networks, comma separated. Raises UsageError."""
        names = [name.strip() for name in networks.split(",") if name.strip()]
        try:
            return cls(tuple(ipaddress.ip_network(name) for name in names), header)
        except ValueError as error:
            raise UsageError("REDRESS_TRUSTED_PROXIES holds networks, comma separated") from error

    def address(self, scope: Scope) -> str:
        """The client's address; empty where the server has none (a socket of this machine).

        The list is read from its end for as long as its writers are trusted (RFC 7239, 8.1).
        """
        found = str((scope.get("client") or ("",))[0])
        if not self.trusted:
            return found
        for hop in reversed(self._hops(scope)[-MOST_HOPS:]):
            if not self._trusts(found):
                break
            named = _plain(hop)
            if named is None:
                break
            found = named
        return found

    def _trusts(self, address: str) -> bool:
        found = _parsed(address)
        return found is not None and any(found in network for network in self.trusted)

    def _hops(self, scope: Scope) -> Sequence[str]:
        name = self.header.encode()
        values = [v.decode("latin-1") for n, v in scope["headers"] if n == name]
        hops = [hop.strip() for hop in ",".join(values).split(",") if hop.strip()]
        if self.header == "x-forwarded-for":
            return hops
        return [match[1] if (match := _FOR.search(hop)) else "unknown" for hop in hops]


def bucket(address: str) -> str:
    """What is counted together: one IPv4 address, one IPv6 line."""
    found = _parsed(address)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, SITE_BITS), strict=False))
    return str(found or address)


def _plain(hop: str) -> str | None:
    with_port = _WITH_PORT.fullmatch(hop)
    plain = _HOP.fullmatch(with_port[1] or with_port[2] if with_port else hop)
    found = _parsed(plain[1]) if plain else None
    return str(found) if found else None


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found
