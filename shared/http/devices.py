"""The device that a person signed in from before, by a cookie that says nothing of its own.

Failed tries are counted by device, and for all others together: whoever knows a name can shut out
strangers' browsers, not the person's own. Source: OWASP, Slow Down Online Guessing Attacks with
Device Cookies.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from secrets import token_urlsafe

import jwt
from jwt.types import Options

COOKIE = "redress_device"
LASTS = timedelta(days=90)
_AUDIENCE = "redress-device"  # so that no cookie of it is a bearer
_BYTES = 16


def issue(key: str, name: str, now: datetime) -> str:
    """The cookie of a new device of `name`; `key` is the setting `token_key`."""
    claims = {"sub": name, "jti": token_urlsafe(_BYTES), "aud": _AUDIENCE}
    return jwt.encode({**claims, "exp": int((now + LASTS).timestamp())}, _secret(key), "HS256")


def device_of(key: str, cookie: str, name: str, now: datetime) -> str:
    """The device's name, of A-Z, a-z, 0-9, - and _; empty where it is no known one of `name`."""
    options: Options = {"require": ["sub", "jti", "aud", "exp"], "verify_exp": False}
    try:
        claims = jwt.decode(
            cookie, _secret(key), algorithms=["HS256"], audience=_AUDIENCE, options=options
        )
    except (jwt.InvalidTokenError, RecursionError):
        return ""
    fits = claims["sub"] == name and now.timestamp() < float(claims["exp"])
    return str(claims["jti"]) if fits else ""


def _secret(key: str) -> bytes:
    return hmac.digest(bytes.fromhex(key), b"redress device", hashlib.sha256)
