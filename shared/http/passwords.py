"""Passwords of local accounts: what may be one, and what is kept of it.

Rules of NIST SP 800-63B-4, 3.1.1.2: fifteen characters where there is no second factor, no rule of
composition, every Unicode character, normalised; scrypt (RFC 7914) with the memory and time of
OWASP's Password Storage Cheat Sheet (N = 2^15, r = 8, p = 3: 32 MiB).
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass
from secrets import token_bytes

from shared.errors import UsageError

SHORTEST, LONGEST = 15, 256
SALT_BYTES = 16
_N, _R, _P = 2**15, 8, 3
_MEMORY = 64 * 1024 * 1024
FEWEST_DIFFERENT = 5


@dataclass(frozen=True)
class Kept:
    """What is kept of a password: a salt and the hash."""

    salt: bytes
    hashed: bytes

    def is_of(self, password: str) -> bool:
        """Whether it is of this password; takes a fifth of a second, whatever it is."""
        return hmac.compare_digest(_hashed(password, self.salt), self.hashed)


def keep(password: str, name: str) -> Kept:
    """Of a new password of `name`. Raises UsageError where it is too easy to guess."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise UsageError(
            f"a password has {SHORTEST} to {LONGEST} characters; several words do well"
        )
    if name.lower() in password.lower() or len(set(password)) < FEWEST_DIFFERENT:
        raise UsageError("that password is easy to guess; take several words that are not the name")
    salt = token_bytes(SALT_BYTES)
    return Kept(salt, _hashed(password, salt))


def _hashed(password: str, salt: bytes) -> bytes:
    text = unicodedata.normalize("NFKC", password[:LONGEST]).encode()
    return hashlib.scrypt(text, salt=salt, n=_N, r=_R, p=_P, maxmem=_MEMORY, dklen=32)
