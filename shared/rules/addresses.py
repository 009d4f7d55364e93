"""Addresses of every supported network: decoded, and compared by what they decode to."""

import re
from dataclasses import dataclass
from types import MappingProxyType

from shared.rules import base58, bech32, evm

LONGEST = 90
HASH, TRON_BODY, X_ADDRESS_BODY, SOLANA_KEY = 20, 21, 31, 32
EVM_ADDRESS = re.compile(r"0[xX][0-9a-fA-F]{40}\Z")
EIP55_WARNING = "eip55_checksum"
X_ADDRESS_PREFIXES = (b"\x05\x44", b"\x04\x93")
# Version byte -> network, as in each network's chain parameters.
VERSIONS = MappingProxyType(
    {
        0x00: "bitcoin",
        0x05: "bitcoin",
        0x6F: "bitcoin_testnet",
        0xC4: "bitcoin_testnet",
        0x41: "tron",
        0x30: "litecoin",
        0x32: "litecoin",
        0x1E: "dogecoin",
        0x16: "dogecoin",
    }
)
PREFIXES = MappingProxyType(
    {"bc": "bitcoin", "tb": "bitcoin_testnet", "bcrt": "bitcoin_testnet", "ltc": "litecoin"}
)
LITECOIN_OLD_SCRIPT, LITECOIN_SCRIPT = b"\x05", b"\x32"  # 3... and M... are one address


@dataclass(frozen=True)
class ParsedAddress:
    """A valid address: `payload` is what it decodes to, `canonical` its one preferred spelling.

    `payload` is version byte and hash (base58), the output script (bech32), or the bare account
    (EVM, XRP Ledger, Solana). `tag` is the one an X-address carries.
    """

    network_kind: str
    payload: bytes
    canonical: str
    warnings: tuple[str, ...] = ()
    tag: int | None = None


def parse_address(text: str, network_kind: str | None = None) -> ParsedAddress | None:
    """The address that `text` is, of any network or of the named one; None where it is none.

    Solana's addresses have no checksum, and Litecoin once shared Bitcoin's 3...: both are read as
    such only where the network is named.
    """
    text = text.strip()
    if len(text) > LONGEST:
        return None
    if network_kind == "solana":
        return _solana(text)
    found = _evm(text) or _witness(text) or _base58(text) or _xrp_ledger(text)
    if found and network_kind == "litecoin" and found.payload[:1] == LITECOIN_OLD_SCRIPT:
        return _litecoin_script(found.payload[1:])
    if found is None or network_kind in (None, found.network_kind):
        return found
    return None


def same_address(left: str, right: str, network_kind: str | None = None) -> bool:
    """Whether both decode to the same place on the same network; tags are not compared."""
    first, second = parse_address(left, network_kind), parse_address(right, network_kind)
    if first is None or second is None:
        return False
    return (first.network_kind, first.payload) == (second.network_kind, second.payload)


def equal_only_without_case(written: str, address: str, network_kind: str | None = None) -> bool:
    """Whether `written` misses `address` by letter case alone, where letter case matters.

    It does in base58 and in mixed-case bech32; an unreadable address is taken for one of these.
    """
    written, address = written.strip(), address.strip()
    if written == address or written.lower() != address.lower():
        return False
    return not same_address(written, address, network_kind)


def _evm(text: str) -> ParsedAddress | None:
    if not EVM_ADDRESS.match(text):
        return None
    warnings = () if evm.keeps_checksum(text) else (EIP55_WARNING,)
    return ParsedAddress("evm", bytes.fromhex(text[2:]), "0x" + text[2:].lower(), warnings)


def _witness(text: str) -> ParsedAddress | None:
    witness = bech32.decode(text)
    if witness is None or witness.prefix not in PREFIXES:
        return None
    return ParsedAddress(PREFIXES[witness.prefix], witness.script, text.lower())


def _base58(text: str) -> ParsedAddress | None:
    body = base58.decode_check(text)
    if body is None or len(body) != 1 + HASH or body[0] not in VERSIONS:
        return None
    return ParsedAddress(VERSIONS[body[0]], body, text)


def _litecoin_script(script_hash: bytes) -> ParsedAddress:
    body = LITECOIN_SCRIPT + script_hash
    return ParsedAddress("litecoin", body, base58.encode_check(body))


def _xrp_ledger(text: str) -> ParsedAddress | None:
    body = base58.decode_check(text, base58.XRP_LEDGER)
    if body is None:
        return None
    if len(body) == 1 + HASH and body[0] == 0:
        return ParsedAddress("xrp_ledger", body[1:], text)
    if len(body) == X_ADDRESS_BODY and body[:2] in X_ADDRESS_PREFIXES:
        return _x_address(body[2:22], body[22], body[23:])
    return None


def _x_address(account: bytes, flag: int, tag: bytes) -> ParsedAddress | None:
    """An account and its tag in one text (XLS-5d)."""
    number = int.from_bytes(tag, "little")
    if flag > 1 or number >= 1 << 32 or (flag == 0 and number):
        return None
    classic = base58.encode_check(b"\0" + account, base58.XRP_LEDGER)
    return ParsedAddress("xrp_ledger", account, classic, tag=number if flag else None)


def _solana(text: str) -> ParsedAddress | None:
    key = base58.decode(text)
    return ParsedAddress("solana", key, text) if key and len(key) == SOLANA_KEY else None
