"""Settings that nobody reads, and keys that are missing, malformed or not those of the database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from shared.doctor.finding import Finding, ill, well
from shared.errors import UsageError
from shared.http.tokens import KEY_BYTES
from shared.runner.keys import MongoKeyStore
from shared.settings import Settings

PREFIX = "REDRESS_"
ELSEWHERE = {"REDRESS_STATE_DIR", "REDRESS_CACHE_DIR", "REDRESS_SANDBOX_SMTP_PORT", "REDRESS_SEED"}


def of_names(variables: Iterable[str]) -> Finding:
    """A misspelt setting is silently its default."""
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields} | ELSEWHERE
    if unread := sorted(v for v in variables if v.startswith(PREFIX) and v not in known):
        said = f"{len(unread)} variables that nothing reads: {', '.join(unread)}"
        return ill("settings", said, "correct the name; docs/operations.md, Settings, lists all")
    return well("settings", "every REDRESS_ variable is one")


def of_token_key(key: str) -> Finding:
    """The key that signs tokens and links."""
    try:
        fits = len(bytes.fromhex(key)) == KEY_BYTES
    except ValueError:
        fits = False
    if not fits:
        said = "REDRESS_TOKEN_KEY is not 32 bytes in hex"
        return ill("token key", said, "openssl rand -hex 32; a new one ends every token and link")
    return well("token key", "as it should be")


async def of_master_key(database: Any, key: str) -> Finding:
    """Whether the ring opens every key that the database holds. Raises TransientError."""
    try:
        store = MongoKeyStore(database, key)
    except UsageError:
        said = "REDRESS_MASTER_KEY is not 32 bytes in base64"
        make = "openssl rand -base64 32 for a new installation; else the one you backed up"
        return ill("master key", said, make)
    counts = await store.wrapped_by()
    lost = sum(n for name, n in counts.items() if name and name not in store.master.ring)
    if lost:
        said = f"{lost} of {counts.total()} keys are wrapped by a master key that is not here"
        back = "put it behind a comma in REDRESS_MASTER_KEY; redress keys list names it"
        return ill("master key", said, back)
    return well("master key", f"opens all {counts.total()} keys")
