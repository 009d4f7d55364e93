"""The reference people read, say and type: `RD-7K3M-9QXF-2T4B-*`.

Crockford's base32 (crockford.com/base32.html) of 60 bits of sha256(complaint id), and his check
symbol modulo 37, which finds every wrong symbol and every swap of two neighbours.
"""

import hashlib

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECK_ALPHABET = ALPHABET + "*~$=U"
PREFIX = "RD"
SYMBOLS = 12
LONGEST = 64
_CONFUSED = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": ""})


def reference_of(complaint: str) -> str:
    """The reference of a complaint id."""
    number = int.from_bytes(hashlib.sha256(complaint.encode()).digest()[:8], "big") >> 4
    symbols = "".join(ALPHABET[number >> shift & 31] for shift in range(55, -1, -5))
    return _grouped(symbols + _check(symbols))


def parse(text: str) -> str | None:
    """The reference a person meant, in its one spelling; None where the check symbol differs.

    Lower case, missing hyphens, and O, I, L for 0 and 1 are understood.
    """
    if len(text) > LONGEST or not text.isascii():
        return None
    plain = text.upper().translate(_CONFUSED)
    if len(plain) == len(PREFIX) + SYMBOLS + 1:
        plain = plain.removeprefix(PREFIX)
    symbols, check = plain[:SYMBOLS], plain[SYMBOLS:]
    if len(symbols) != SYMBOLS or any(s not in ALPHABET for s in symbols):
        return None
    return _grouped(symbols + check) if check == _check(symbols) else None


def _check(symbols: str) -> str:
    number = 0
    for symbol in symbols:
        number = number << 5 | ALPHABET.index(symbol)
    return CHECK_ALPHABET[number % len(CHECK_ALPHABET)]


def _grouped(symbols: str) -> str:
    groups = (symbols[start : start + 4] for start in range(0, len(symbols), 4))
    return "-".join((PREFIX, *groups))
