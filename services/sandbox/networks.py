"""The networks of the sandbox but bitcoin: what is seeded on them, and what their nodes are."""

import json
from hashlib import sha256
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from services.sandbox.shapes import Height, Taken
from shared.rules.addresses import parse_address

Network = Literal["ethereum", "bsc", "tron", "xrp_ledger"]
Json = dict[str, object]

IDENTITY: dict[str, str] = json.loads(
    files("services.sandbox").joinpath("data/networks.json").read_bytes()
)
FAMILY = {"ethereum": "evm", "bsc": "evm", "tron": "tron", "xrp_ledger": "xrp_ledger"}
TRANSFER = "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
CALL = "a9059cbb"  # transfer(address,uint256)


def _address(text: str) -> str:
    if parse_address(text) is None:
        raise ValueError("not an address")
    return text


Address = Annotated[str, AfterValidator(_address)]
Units = Annotated[str, Field(pattern=r"^[0-9]{1,77}$")]


class Move(Taken):
    """Units of the network's coin, or of the token of a contract, for an address."""

    to: Address
    units: Units
    contract: Address | None = None
    tag: Annotated[int, Field(ge=0, lt=2**32)] | None = None


class MoveSeed(Taken):
    """A transaction on a network; without a height it waits for the next block."""

    moves: Annotated[tuple[Move, ...], Field(min_length=1, max_length=100)]
    height: Height | None = None
    failed: bool = False

    @model_validator(mode="after")
    def _payable(self) -> "MoveSeed":
        if len({move.contract is None for move in self.moves}) > 1:
            raise ValueError("coins and tokens in one transaction")
        if self.moves[0].contract is None and len(self.moves) > 1:
            raise ValueError("coins go to one address")
        return self


def block_hash(network: str, height: int) -> str:
    """The hash of a block."""
    return sha256(f"{network} block {height}".encode()).hexdigest()


def body_of(address: str) -> str:
    """The account in hexadecimal: 20 bytes, with TRON's first byte before them."""
    parsed = parse_address(address)
    return "" if parsed is None else parsed.payload.hex()


def word(value: int | str) -> str:
    """A word of 32 bytes in hexadecimal."""
    return (value if isinstance(value, str) else f"{value:x}").zfill(64)


def logs(seed: MoveSeed) -> list[Json]:
    """The entries that token transfers write, without what each network adds or leaves out."""
    sender = word("5e" * 20)
    return [
        {
            "address": body_of(move.contract)[-40:],
            "topics": [TRANSFER, sender, word(body_of(move.to)[-40:])],
            "data": word(int(move.units)),
        }
        for move in seed.moves
        if move.contract is not None
    ]


def call_of(move: Move) -> str:
    """The call that asks a token for a transfer."""
    return CALL + word(body_of(move.to)[-40:]) + word(int(move.units))
