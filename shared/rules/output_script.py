"""The output script that pays an address, for Bitcoin and its kin."""

from shared.rules.addresses import ParsedAddress

KEY_HASH_VERSIONS = frozenset({0x00, 0x6F, 0x30, 0x1E})
HASHED = 21


def output_script(address: ParsedAddress) -> bytes:
    """The scriptPubKey of an address of Bitcoin, Litecoin or Dogecoin (BIP 13, 141)."""
    if len(address.payload) != HASHED:
        return address.payload
    version, hashed = address.payload[0], address.payload[1:]
    if version in KEY_HASH_VERSIONS:
        return bytes.fromhex("76a914") + hashed + bytes.fromhex("88ac")
    return bytes.fromhex("a914") + hashed + bytes.fromhex("87")
