"""Segregated witness addresses: bech32 for version 0 (BIP 173), bech32m for 1 to 16 (BIP 350)."""

from collections.abc import Iterable
from dataclasses import dataclass

ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
BECH32, BECH32M = 1, 0x2BC830A3
GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
LONGEST, CHECKSUM = 90, 6
NEWEST_VERSION = 16
V0_PROGRAMS, PROGRAMS = (20, 32), range(2, 41)
OP_RESERVED = 0x50  # OP_1 to OP_16 follow it


@dataclass(frozen=True)
class Witness:
    """A decoded address: `prefix` names the network, `program` is what the output is locked to."""

    prefix: str
    version: int
    program: bytes

    @property
    def script(self) -> bytes:
        """The output script (scriptPubKey) that pays this address (BIP 141)."""
        opcode = OP_RESERVED + self.version if self.version else 0
        return bytes([opcode, len(self.program)]) + self.program


def decode(text: str) -> Witness | None:
    """The witness program of an address; None for mixed case, bad checksum, length or padding."""
    lower = text.lower()
    if len(text) > LONGEST or not text.isascii() or text not in (lower, text.upper()):
        return None
    prefix, separator, data = lower.rpartition("1")
    values = [ALPHABET.find(character) for character in data]
    if not separator or not prefix or len(values) <= CHECKSUM or min(values) < 0:
        return None
    version = values[0]
    if _polymod([*_expanded(prefix), *values]) != _constant(version):
        return None
    program = _regrouped(values[1:-CHECKSUM], 5, 8, pad=False)
    if program is None or not _allowed(version, len(program)):
        return None
    return Witness(prefix, version, bytes(program))


def encode(witness: Witness) -> str:
    """The lower-case address of a witness program."""
    data = [witness.version, *(_regrouped(witness.program, 8, 5, pad=True) or ())]
    head = [*_expanded(witness.prefix), *data]
    rest = _polymod([*head, *[0] * CHECKSUM]) ^ _constant(witness.version)
    checksum = [(rest >> 5 * (CHECKSUM - 1 - place)) & 31 for place in range(CHECKSUM)]
    return witness.prefix + "1" + "".join(ALPHABET[value] for value in [*data, *checksum])


def _constant(version: int) -> int:
    return BECH32 if version == 0 else BECH32M


def _allowed(version: int, length: int) -> bool:
    return version <= NEWEST_VERSION and length in (PROGRAMS if version else V0_PROGRAMS)


def _expanded(prefix: str) -> list[int]:
    return [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]


def _polymod(values: Iterable[int]) -> int:
    state = 1
    for value in values:
        top = state >> 25
        state = (state & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(GENERATORS):
            if top >> place & 1:
                state ^= generator
    return state


def _regrouped(values: Iterable[int], old: int, new: int, *, pad: bool) -> list[int] | None:
    """The same bits in groups of another width; None where what is left over is not padding."""
    state, bits, groups = 0, 0, []
    for value in values:
        state, bits = state << old | value, bits + old
        while bits >= new:
            bits -= new
            groups.append(state >> bits)
            state &= (1 << bits) - 1
    if pad:
        return [*groups, state << new - bits] if bits else groups
    return groups if bits < old and not state else None
