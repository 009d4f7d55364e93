"""The table of networks, and the places and ids that each one writes in its own way."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType

import yaml
from pydantic import TypeAdapter

from shared.rules import base58
from shared.rules.addresses import ParsedAddress, parse_address
from shared.rules.output_script import output_script

HEX_ID = re.compile(r"[0-9a-f]{64}\Z")
SIGNATURE_ID = re.compile(r"[1-9A-HJ-NP-Za-km-z]{86,88}\Z")


@dataclass(frozen=True)
class Chain:
    """One network: `family` names the decoder of its node's answers.

    `identity` is what its nodes say of themselves, `block_seconds` the usual time of a block.
    """

    name: str
    label: str
    family: str
    address: str
    assets: tuple[str, ...]
    decimals: int
    names: tuple[str, ...]
    identity: str
    block_seconds: int
    tags: bool = False

    def parse(self, address: str) -> ParsedAddress | None:
        """The address as this network reads it."""
        return parse_address(address, self.address)

    def place(self, address: str) -> bytes:
        """What two spellings of one address have in common; an unreadable one is like itself."""
        parsed = self.parse(address)
        if parsed is None:
            return address.strip().encode(errors="replace")
        return output_script(parsed) if self.family == "esplora" else parsed.payload

    def token(self, contract: str, ticker: str) -> bytes:
        """What names a token: its contract, and with many tokens of one issuer the ticker too."""
        issued = ticker.encode(errors="replace") if self.family == "xrp_ledger" else b""
        return self.place(contract) + issued

    def spelled(self, contract: bytes) -> str:
        """A token's contract as people write it."""
        if self.family == "tron":
            return base58.encode_check(contract)
        return "0x" + contract.hex() if self.family == "evm" else contract.hex()

    @property
    def has_tokens(self) -> bool:
        """Whether anything but the network's own coin can be sent."""
        return self.family != "esplora"


def transaction_id(text: str) -> str | None:
    """The one spelling of an id: 64 hexadecimal digits or a Solana signature; else None."""
    text = text.strip()
    digits = text.lower().removeprefix("0x")
    if HEX_ID.match(digits):
        return digits
    return text if SIGNATURE_ID.match(text) else None


def _load() -> Mapping[str, Chain]:
    text = files("services.investigation.data").joinpath("chains.yaml").read_text("utf-8")
    rows = [{"name": name, **row} for name, row in yaml.safe_load(text)["chains"].items()]
    return MappingProxyType({c.name: c for c in TypeAdapter(list[Chain]).validate_python(rows)})


CHAINS = _load()
CALLED = MappingProxyType(
    {called: c.name for c in CHAINS.values() for called in (c.name, *c.names)}
)
