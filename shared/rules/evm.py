"""Addresses of Ethereum and its kin: Keccak-256 and the letter-case checksum of EIP-55."""

from functools import lru_cache

LANES, RATE, LANE_MASK = 5, 136, (1 << 64) - 1
ROTATIONS = (  # by x, then y
    (0, 36, 3, 41, 18),
    (1, 44, 10, 45, 2),
    (62, 6, 43, 15, 61),
    (28, 55, 25, 21, 56),
    (27, 20, 39, 8, 14),
)
ROUND_CONSTANTS = (
    *(0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000),
    *(0x000000000000808B, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009),
    *(0x000000000000008A, 0x0000000000000088, 0x0000000080008009, 0x000000008000000A),
    *(0x000000008000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003),
    *(0x8000000000008002, 0x8000000000000080, 0x000000000000800A, 0x800000008000000A),
    *(0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008),
)
Lanes = list[list[int]]


def keccak_256(message: bytes) -> bytes:
    """Keccak-256 as Ethereum uses it: the padding from before FIPS 202, so not SHA3-256."""
    padded = bytearray(message + b"\1" + bytes(-(len(message) + 1) % RATE))
    padded[-1] |= 0x80
    lanes: Lanes = [[0] * LANES for _ in range(LANES)]
    for start in range(0, len(padded), RATE):
        for place in range(RATE // 8):
            word = padded[start + 8 * place : start + 8 * place + 8]
            lanes[place % LANES][place // LANES] ^= int.from_bytes(word, "little")
        for constant in ROUND_CONSTANTS:
            lanes = _round(lanes, constant)
    return b"".join(lanes[x][0].to_bytes(8, "little") for x in range(4))


def _round(lanes: Lanes, constant: int) -> Lanes:
    parity = [a ^ b ^ c ^ d ^ e for a, b, c, d, e in lanes]
    mixed: Lanes = [[0] * LANES for _ in range(LANES)]
    for x in range(LANES):
        theta = parity[x - 1] ^ _rotated(parity[(x + 1) % LANES], 1)
        for y in range(LANES):
            mixed[y][(2 * x + 3 * y) % LANES] = _rotated(lanes[x][y] ^ theta, ROTATIONS[x][y])
    result = [
        [mixed[x][y] ^ (~mixed[x - 4][y] & mixed[x - 3][y]) for y in range(LANES)]
        for x in range(LANES)
    ]
    result[0][0] ^= constant
    return result


def _rotated(lane: int, by: int) -> int:
    return (lane << by | lane >> 64 - by) & LANE_MASK


@lru_cache(maxsize=4096)
def checksummed(payload: bytes) -> str:
    """The address of 20 bytes in the letter case of EIP-55."""
    digits = payload.hex()
    nibbles = keccak_256(digits.encode()).hex()
    cased = (d.upper() if n >= "8" else d for d, n in zip(digits, nibbles, strict=False))
    return "0x" + "".join(cased)


def keeps_checksum(text: str) -> bool:
    """Whether a `0x` address is without a checksum (one letter case) or keeps it."""
    digits = text[2:]
    if digits in (digits.lower(), digits.upper()):
        return True
    return "0x" + digits == checksummed(bytes.fromhex(digits))
