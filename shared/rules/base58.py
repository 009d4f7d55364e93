"""Base58, with and without its checksum, in the alphabets of Bitcoin and the XRP Ledger."""

from hashlib import sha256

BITCOIN = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
XRP_LEDGER = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
CHECKSUM = 4


def decode(text: str, alphabet: str = BITCOIN) -> bytes | None:
    """The bytes that `text` stands for; None where a character is not of the alphabet."""
    number = 0
    for character in text:
        digit = alphabet.find(character)
        if digit < 0:
            return None
        number = number * 58 + digit
    zeros = len(text) - len(text.lstrip(alphabet[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def encode(raw: bytes, alphabet: str = BITCOIN) -> str:
    """The text that stands for `raw`."""
    number, digits = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = alphabet[digit] + digits
    zeros = len(raw) - len(raw.lstrip(b"\0"))
    return alphabet[0] * zeros + digits


def decode_check(text: str, alphabet: str = BITCOIN) -> bytes | None:
    """The bytes before the checksum; None where the text or its checksum is wrong."""
    raw = decode(text, alphabet)
    if raw is None or len(raw) <= CHECKSUM:
        return None
    body, checksum = raw[:-CHECKSUM], raw[-CHECKSUM:]
    return body if _checksum(body) == checksum else None


def encode_check(body: bytes, alphabet: str = BITCOIN) -> str:
    """The text that stands for `body` and its checksum."""
    return encode(body + _checksum(body), alphabet)


def _checksum(body: bytes) -> bytes:
    return sha256(sha256(body).digest()).digest()[:CHECKSUM]
