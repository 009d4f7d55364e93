"""Digests under the installation's key: a bare one of somebody's words could be guessed. Pure."""

import hashlib
import hmac
import json
import uuid


def keyed(secret: str, content: bytes) -> bytes:
    """The digest, 32 bytes; `secret` is in hex."""
    return hmac.digest(bytes.fromhex(secret), content, hashlib.sha256)


def named(secret: str, *place: str) -> str:
    """The id (UUID) of what stands at a place, the same whenever it is asked."""
    digest = keyed(secret, json.dumps(place).encode())
    return str(uuid.UUID(bytes=digest[:16], version=5))
