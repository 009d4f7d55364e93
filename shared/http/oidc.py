"""Bearer tokens of an identity provider (OpenID Connect): signed by a key that it publishes."""

import asyncio
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
import jwt
from jwt.types import Options

from shared.errors import TransientError, UsageError
from shared.http.tokens import ROLES, Principal

ALGORITHMS = ("RS256", "ES256")
KEPT_S, FLOOR_S = 300.0, 10.0
MOST_KEYS, MOST_BYTES = 50, 256 * 1024
RSA_BITS = 2048
SUBJECT = 128
PREFIX = "oidc:"


@dataclass(frozen=True)
class Provider:
    """What an installation trusts; `roles_claim` may be a path (`realm_access.roles`)."""

    issuer: str
    audience: str
    jwks_url: str
    roles_claim: str = "roles"

    def __post_init__(self) -> None:
        """Raise UsageError where the provider is not named in full, or keys come unprotected."""
        if not (self.issuer and self.audience and self.jwks_url):
            raise UsageError("set REDRESS_OIDC_ISSUER, _AUDIENCE and _JWKS_URL together")
        url = urlsplit(self.jwks_url)
        if url.scheme != "https" and not is_loopback(url.hostname or ""):
            raise UsageError("REDRESS_OIDC_JWKS_URL is an https address")


@dataclass
class KeySet:
    """The provider's published keys (RFC 7517), kept for a while.

    An id that is not among them has them fetched anew, but not more often than every FLOOR_S:
    whoever makes up ids makes us ask nobody. Keys once fetched stay good while the provider is
    away.
    """

    url: str
    http: httpx.AsyncClient
    kept_s: float = KEPT_S
    floor_s: float = FLOOR_S
    _keys: dict[str, jwt.PyJWK] = field(default_factory=dict)
    _asked_at: float | None = None
    _fetching: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def key(self, kid: str, now: float) -> jwt.PyJWK | None:
        """The key of that id at `now` (seconds, monotonic). Raises TransientError without any."""
        if self._due(kid, now):
            async with self._fetching:
                if self._due(kid, now):
                    await self._fetch(now)
        if not self._keys:
            raise TransientError("the identity provider's keys cannot be had")
        return self._keys.get(kid)

    def _due(self, kid: str, now: float) -> bool:
        if self._asked_at is None:
            return True
        age = now - self._asked_at
        return age >= self.kept_s or (kid not in self._keys and age >= self.floor_s)

    async def _fetch(self, now: float) -> None:
        try:
            answer = await self.http.get(self.url, follow_redirects=False)
            small = answer.is_success and len(answer.content) <= MOST_BYTES
            found = answer.json() if small else None
        except (httpx.HTTPError, ValueError):
            return
        finally:
            self._asked_at = now
        keys = found.get("keys") if isinstance(found, dict) else None
        if isinstance(keys, list):
            self._keys = _usable(keys[:MOST_KEYS]) or self._keys


def _usable(published: list[Any]) -> dict[str, jwt.PyJWK]:
    """Keys for signatures of the algorithms we take, by id; all others are passed over."""
    found: dict[str, jwt.PyJWK] = {}
    for entry in published:
        algorithm = _algorithm(entry) if isinstance(entry, dict) else None
        if algorithm and isinstance(entry.get("kid"), str):
            try:
                key = jwt.PyJWK.from_dict(entry, algorithm)
            except (jwt.PyJWTError, ValueError, TypeError):
                continue
            if algorithm == "ES256" or key.key.key_size >= RSA_BITS:
                found[entry["kid"]] = key
    return found


def _algorithm(entry: Mapping[str, Any]) -> str | None:
    wanted = {"RSA": "RS256", "EC": "ES256"}.get(str(entry.get("kty")))
    fits = entry.get("use", "sig") == "sig" and entry.get("alg", wanted) == wanted
    return wanted if fits and entry.get("crv", "P-256") == "P-256" else None


async def verify(
    token: str, provider: Provider, keys: KeySet, now: datetime, tick: float, *, nonce: str = ""
) -> Principal | None:
    """Whom a token speaks for at `now`; None where it is not good. Raises TransientError.

    `tick` is the monotonic clock's reading; with a `nonce` the token must answer that very request
    (OpenID Connect Core 1.0, 3.1.3.7). The header names the key by its id and nothing else:
    `jku`, `x5u` and `jwk` are not read, and the algorithm is the key's own (RFC 8725, 3.1).
    """
    try:
        header = jwt.get_unverified_header(token)
        kid, algorithm = header.get("kid"), header.get("alg")
        if not isinstance(kid, str) or algorithm not in ALGORITHMS or "crit" in header:
            return None
        key = await keys.key(kid, tick)
        if key is None or key.algorithm_name != algorithm:
            return None
        claims = _claims(token, key, provider)
        if nonce and claims.get("nonce") != nonce:
            return None
        return _principal(claims, provider.roles_claim, now.timestamp())
    except (jwt.PyJWTError, RecursionError, TypeError, ValueError):
        return None


def _claims(token: str, key: jwt.PyJWK, provider: Provider) -> dict[str, Any]:
    # Times are compared with the instant given to `verify`, not with the process's clock.
    options: Options = {"require": ["iss", "aud", "exp", "sub"]}
    options |= {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
    return jwt.decode(
        token,
        key,
        algorithms=[key.algorithm_name],
        audience=provider.audience,
        issuer=provider.issuer,
        options=options,
    )


def _principal(claims: Mapping[str, Any], roles_claim: str, now: float) -> Principal | None:
    subject = claims["sub"]
    in_time = float(claims.get("nbf", now)) <= now < float(claims["exp"])
    plain = isinstance(subject, str) and subject.isprintable() and 0 < len(subject) <= SUBJECT
    if not (in_time and plain):
        return None
    return Principal(f"{PREFIX}{subject}", frozenset(_roles(claims, roles_claim)) & {*ROLES})


def _roles(claims: Mapping[str, Any], path: str) -> list[str]:
    value: Any = claims
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(value, str):
        return value.split()
    return [role for role in value if isinstance(role, str)] if isinstance(value, list) else []


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
