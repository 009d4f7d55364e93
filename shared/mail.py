"""The addresses that customers write to, and how an answer to a letter finds its complaint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import urlsplit

from shared.reference import parse
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class Ours:
    """Our addresses, folded; all we write from; the domains that stand in our Message-IDs."""

    addresses: tuple[str, ...] = ()
    senders: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()


def ours(settings: Settings) -> Ours:
    """What is ours in this installation."""
    listed = (a.strip().casefold() for a in settings.mail_addresses.split(","))
    addresses = tuple(dict.fromkeys(a for a in listed if "@" in a))
    sender = parseaddr(settings.mail_from)[1]
    senders = frozenset(plain(a)[0] for a in (*addresses, sender) if a)
    domains = {a.rpartition("@")[2] for a in senders} | {message_domain(settings)}
    return Ours(addresses, senders, frozenset(domains))


def message_domain(settings: Settings) -> str:
    """The right side of our Message-IDs."""
    return urlsplit(settings.public_url).hostname or "localhost"


def reply_to(address: str, reference: str) -> str:
    """The address under which an answer names its complaint: `support+rd-…@…` (RFC 5233)."""
    left, _, domain = address.rpartition("@")
    return f"{left}+{reference.lower()}@{domain}"


def plain(address: str) -> tuple[str, str | None]:
    """An address, folded and without what follows a plus, and the reference that followed."""
    left, _, domain = address.casefold().rpartition("@")
    name, _, detail = left.partition("+")
    return f"{name}@{domain}", parse(detail)


def of_ours(addresses: Sequence[str], own: Ours) -> list[tuple[str, str | None]]:
    """Those of the addresses that are ours, each with the reference it carries."""
    return [found for found in map(plain, addresses) if found[0] in own.addresses]
