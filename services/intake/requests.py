"""What makes a repeated request the same request: its key, or its content within ten minutes."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fastapi import Request

from services.intake.bodies import Body
from services.intake.digests import keyed, named
from shared.http.errors import ProblemError

SAME_CONTENT_WITHIN = timedelta(minutes=10)
LONGEST_KEY = 255


@dataclass(frozen=True, slots=True)
class Identity:
    """A request's row id, the fingerprint of its content, and how long the id holds for it."""

    id: str
    fingerprint: str
    window: timedelta | None


def key_of(request: Request) -> str | None:
    """The header Idempotency-Key, if there is one. Raises ProblemError 400 on an odd one."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise ProblemError(400, "bad_idempotency_key", "Send 1 to 255 printable ASCII characters.")
    return key


def identify(
    secret: str, place: tuple[str, str, str], body: Body[Any], key: str | None, *, known: bool
) -> Identity | None:
    """Who asks the same again; `place` is the key's scope, the route and the complaint.

    Without a key the content stands for it, where it says from whom it came (`known`).
    """
    content = body.form.model_dump_json() + "".join(body.hashes)
    fingerprint = keyed(secret, content.encode()).hex()
    if key is not None:
        return Identity(named(secret, "key", *place, key), fingerprint, None)
    if known:
        identity = named(secret, "content", *place, fingerprint)
        return Identity(identity, fingerprint, SAME_CONTENT_WITHIN)
    return None
