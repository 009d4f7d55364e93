"""API keys of programs: 256 random bits behind a name that finds them, kept as a hash alone."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from shared.http.tokens import Principal

SECRET_BYTES = 32
SUBJECT = "key:"
MARK = "rdk_"  # what scanners of source code look for
_FORM = re.compile(r"rdk_([0-9a-f]{16})_([A-Za-z0-9_-]{43})", re.ASCII)


class Written(NamedTuple):
    """A key as a request carries it."""

    id: str
    secret: str


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is kept of a key; `digest` is the SHA-256 of its secret, in hex."""

    id: str
    name: str
    roles: tuple[str, ...]
    digest: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    def admits(self, secret: str, now: datetime) -> bool:
        """Whether the secret is the one, and the key in force at `now`."""
        same = hmac.compare_digest(digest_of(secret), self.digest)
        return same and self.revoked_at is None and now < self.expires_at

    @property
    def principal(self) -> Principal:
        """Whom the key speaks for."""
        return Principal(f"{SUBJECT}{self.id}", frozenset(self.roles))


class ApiKeys(Protocol):
    """Where keys are kept."""

    async def find(self, key_id: str) -> ApiKey | None:
        """The key of that id. Raises TransientError."""


def digest_of(secret: str) -> str:
    """The hash that is kept: of 256 random bits no salt or slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def written(key_id: str, secret: str) -> str:
    """The key as its holder sends it."""
    return f"{MARK}{key_id}_{secret}"


def read(token: str) -> Written | None:
    """The parts of a key; None where the token is none."""
    match = _FORM.fullmatch(token)
    return Written(match[1], match[2]) if match else None
