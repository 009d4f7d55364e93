"""Who is asking: bearer tokens of staff and programs, status tokens of customers.

A bearer is a JWT (RFC 7519) signed with HS256; a status token is the complaint's id with an
HMAC. `key` is the setting `token_key`: 32 bytes in hex. Time comes in as a parameter.
"""

import base64
import hashlib
import hmac
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from shared.errors import UsageError
from shared.http.errors import ProblemError

PRIVACY = "privacy"  # the one role that may read a message as it came
DASHBOARD = "dashboard"  # reads the stream of events, which holds nothing personal
ROLES = (
    *("submitter", "agent", "supervisor", "director", "auditor", "operator", "admin"),
    PRIVACY,
    DASHBOARD,
)
ISSUER = AUDIENCE = "redress"
KEY_BYTES = 32
LONGEST = 4096
_ID_BYTES = 16
_STATUS_LENGTH = 64  # base64 of 16 + 32 bytes, without padding
_CLAIMS = ("iss", "aud", "exp", "nbf", "sub", "roles")


@dataclass(frozen=True, slots=True)
class Principal:
    """Who a bearer speaks for, and in which roles."""

    subject: str
    roles: frozenset[str]

    def require(self, roles: Collection[str]) -> None:
        """Raise ProblemError 403 unless one of `roles` is held."""
        if self.roles.isdisjoint(roles):
            raise ProblemError(403, "role_too_low")


def issue(key: str, subject: str, role: str, now: datetime, lifetime: timedelta) -> str:
    """Sign a token. Raises UsageError on an unknown role or a key of the wrong size."""
    if role not in ROLES:
        raise UsageError(f"there is no such role; choose one of {', '.join(ROLES)}")
    return issue_for(key, Principal(subject, frozenset({role})), now, lifetime)


def issue_for(key: str, principal: Principal, now: datetime, lifetime: timedelta) -> str:
    """Sign a token with all roles of a principal. Raises UsageError on a key of the wrong size."""
    start = int(now.timestamp())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": principal.subject,
        "roles": sorted(principal.roles),
        "nbf": start,
        "exp": start + int(lifetime.total_seconds()),
    }
    return jwt.encode(claims, _secret(key), algorithm="HS256")


def verify(key: str, header: str | None, now: datetime) -> Principal:
    """Read an Authorization header. Raises ProblemError 401."""
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise unauthorized("")
    if len(token) > LONGEST:
        raise unauthorized(', error="invalid_token"')
    try:
        claims = _claims(token.strip(), _secret(key))
        return _principal(claims, now.timestamp())
    except (jwt.InvalidTokenError, RecursionError, TypeError, ValueError) as error:
        raise unauthorized(', error="invalid_token"') from error


def end_of(token: str) -> datetime:
    """When a token that was found good ends, UTC."""
    claims = jwt.decode(token, options={"verify_signature": False})
    return datetime.fromtimestamp(float(claims["exp"]), UTC)


def _claims(token: str, secret: bytes) -> dict[str, Any]:
    """The signed claims; `kid` and other header fields choose nothing here."""
    return jwt.decode(
        token,
        secret,
        algorithms=["HS256"],
        audience=AUDIENCE,
        issuer=ISSUER,
        options={
            "require": list(_CLAIMS),
            # Times are compared with the instant given to `verify`, not with the process's clock.
            "verify_exp": False,
            "verify_nbf": False,
            "verify_iat": False,
        },
    )


def _principal(claims: dict[str, Any], now: float) -> Principal:
    if not float(claims["nbf"]) <= now < float(claims["exp"]):
        raise ValueError("outside its time")
    subject, roles = claims["sub"], claims["roles"]
    if not subject or not isinstance(roles, list):
        raise ValueError("no subject or roles")
    return Principal(subject, frozenset(roles).intersection(ROLES))


def unauthorized(why: str) -> ProblemError:
    """The answer to a bearer that is not good: 401 with WWW-Authenticate (RFC 6750, 3)."""
    headers = {"WWW-Authenticate": f'Bearer realm="redress"{why}'}
    return ProblemError(401, "unauthorized", headers=headers)


def _secret(key: str) -> bytes:
    try:
        secret = bytes.fromhex(key)
    except ValueError:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise UsageError("set REDRESS_TOKEN_KEY to 32 random bytes in hex")
    return secret


def status_token(key: str, complaint: str) -> str:
    """The customer's token: the same every time, and nobody else can make one."""
    identity = uuid.UUID(complaint).bytes
    return base64.urlsafe_b64encode(identity + _status_mac(key, identity)).decode()


def complaint_of(key: str, token: str) -> str | None:
    """The complaint that a status token gives a right to, None for a token of nobody's."""
    if len(token) != _STATUS_LENGTH or not token.isascii():
        return None
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except ValueError:
        return None
    identity, mac = raw[:_ID_BYTES], raw[_ID_BYTES:]
    if not hmac.compare_digest(mac, _status_mac(key, identity)):
        return None
    return str(uuid.UUID(bytes=identity))


def _status_mac(key: str, identity: bytes) -> bytes:
    # The prefix keeps these apart from the texts that bearers sign with the same key.
    return hmac.digest(_secret(key), b"redress status|" + identity, hashlib.sha256)
