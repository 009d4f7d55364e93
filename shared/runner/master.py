"""The ring of master keys: the first wraps new data keys, the others still open old ones."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.errors import UsageError

AES_256 = 32
NONCE = 12


class Wrapped(NamedTuple):
    """A data key at rest: nonce and ciphertext, and the id of the master key that wrapped it."""

    content: bytes
    by: str


class MasterKeys:
    """The keys of `REDRESS_MASTER_KEY`: 32 bytes each in base64, comma separated, the active first.

    A key's id is made from the key, so that nobody has to name it. Raises UsageError.
    """

    def __init__(self, setting: str) -> None:
        secrets = [_secret(part) for part in setting.split(",")]
        self.ring: Mapping[str, AESGCM] = {_id(secret): AESGCM(secret) for secret in secrets}
        self.active = next(iter(self.ring))

    def wrap(self, kid: str, secret: bytes) -> Wrapped:
        """Encrypt a data key for rest; it serves that complaint alone."""
        nonce = os.urandom(NONCE)
        sealed = self.ring[self.active].encrypt(nonce, secret, kid.encode())
        return Wrapped(nonce + sealed, self.active)

    def open(self, kid: str, content: bytes, by: str | None) -> bytes:
        """A data key. One of before names no master key: each is tried. Raises UsageError."""
        named = self.ring.get(by or "")
        keys = [named] if named else list(self.ring.values())
        for key in keys:
            try:
                return key.decrypt(content[:NONCE], content[NONCE:], kid.encode())
            except InvalidTag:
                continue
        raise UsageError("REDRESS_MASTER_KEY holds no key that wrapped these keys")


def _secret(part: str) -> bytes:
    try:
        secret = base64.b64decode(part.strip())
    except ValueError:
        secret = b""
    if len(secret) != AES_256:
        raise UsageError("set REDRESS_MASTER_KEY to 32 random bytes in base64")
    return secret


def _id(secret: bytes) -> str:
    return sha256(b"redress master key" + secret).hexdigest()[:16]
