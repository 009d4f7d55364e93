"""Signing in at an identity provider: OpenID Connect's authorization code flow, with PKCE.

Sources: OpenID Connect Core 1.0, 3.1; RFC 7636 (PKCE, S256); RFC 9700, 2.1 and 4.7 (state bound to
the browser); RFC 9207 (`iss` of the answer). The steps between leave and return are in a signed
cookie, so that no process needs to remember who left.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx
import jwt

from shared.errors import TransientError, UsageError
from shared.http import oidc
from shared.http.oidc import KeySet, Provider
from shared.http.tokens import Principal

PATH = "/sign-in/done"
COOKIE = "redress_leaving"
LASTS = timedelta(minutes=10)
_AUDIENCE = "redress-leaving"  # so that no cookie of it is a bearer
_BYTES = 32
_MOST_BYTES = 64 * 1024


@dataclass(frozen=True)
class Client:
    """What the provider knows us as; without a secret we are a public client.

    Raises UsageError where it is not named in full, or an address is not protected.
    """

    id: str
    secret: str
    authorize_url: str
    token_url: str
    redirect_uri: str

    def __post_init__(self) -> None:
        """Check the addresses."""
        if not (self.id and self.authorize_url and self.token_url):
            raise UsageError("set REDRESS_OIDC_CLIENT_ID, _AUTHORIZE_URL and _TOKEN_URL together")
        for name in ("authorize_url", "token_url"):
            url = urlsplit(getattr(self, name))
            if url.scheme != "https" and not oidc.is_loopback(url.hostname or ""):
                raise UsageError(f"REDRESS_OIDC_{name.upper()} is an https address")


@dataclass(frozen=True)
class Leaving:
    """Where to send the browser, and the cookie that it must bring back."""

    url: str
    cookie: str


@dataclass(frozen=True)
class CodeFlow:
    """The flow of one installation; `key` is the setting `token_key`."""

    client: Client
    provider: Provider
    keys: KeySet
    http: httpx.AsyncClient
    key: str

    def leave(self, back: str, now: datetime) -> Leaving:
        """Begin; `back` is the page to show in the end."""
        state, nonce, verifier = (token_urlsafe(_BYTES) for _ in range(3))
        asked = {
            "response_type": "code",
            "client_id": self.client.id,
            "redirect_uri": self.client.redirect_uri,
            "scope": "openid",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
        }
        end = int((now + LASTS).timestamp())
        steps = {"state": state, "nonce": nonce, "verifier": verifier, "back": back}
        cookie = jwt.encode({**steps, "aud": _AUDIENCE, "exp": end}, self._secret(), "HS256")
        joint = "&" if urlsplit(self.client.authorize_url).query else "?"
        return Leaving(f"{self.client.authorize_url}{joint}{urlencode(asked)}", cookie)

    async def arrive(
        self, cookie: str, given: dict[str, str], now: datetime, tick: float
    ) -> tuple[Principal, str] | None:
        """Who came back, and the page to show; None for all that did not go as begun.

        `given` is the query of the answer. Raises TransientError while the provider is away.
        """
        steps = self._steps(cookie, now)
        state, code = given.get("state", ""), given.get("code", "")
        if (
            not steps
            or not code
            or not hmac.compare_digest(steps["state"].encode(), state.encode())
        ):
            return None
        if given.get("iss", self.provider.issuer) != self.provider.issuer:
            return None
        token = await self._token(code, steps["verifier"])
        if token is None:
            return None
        ours = replace(self.provider, audience=self.client.id)
        who = await oidc.verify(token, ours, self.keys, now, tick, nonce=steps["nonce"])
        return (who, steps["back"]) if who else None

    def _steps(self, cookie: str, now: datetime) -> dict[str, Any] | None:
        options: Any = {"require": ["aud", "exp"], "verify_exp": False}
        try:
            found = jwt.decode(
                cookie, self._secret(), algorithms=["HS256"], audience=_AUDIENCE, options=options
            )
        except (jwt.InvalidTokenError, RecursionError):
            return None
        return found if now.timestamp() < float(found["exp"]) else None

    async def _token(self, code: str, verifier: str) -> str | None:
        """The id token for a code; None where the provider refuses. Raises TransientError."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.client.redirect_uri,
            "client_id": self.client.id,
            "code_verifier": verifier,
        }
        named = (quote(part, safe="") for part in (self.client.id, self.client.secret))
        auth = httpx.BasicAuth(*named) if self.client.secret else httpx.USE_CLIENT_DEFAULT
        try:
            answer = await self.http.post(
                self.client.token_url, data=form, auth=auth, follow_redirects=False
            )
        except httpx.HTTPError as error:
            raise TransientError("the identity provider cannot be reached") from error
        if answer.is_server_error:
            raise TransientError("the identity provider cannot answer")
        if not answer.is_success or len(answer.content) > _MOST_BYTES:
            return None
        try:
            found = answer.json()
        except ValueError:
            return None
        token = found.get("id_token") if isinstance(found, dict) else None
        return token if isinstance(token, str) else None

    def _secret(self) -> bytes:
        return hmac.digest(bytes.fromhex(self.key), b"redress leaving", hashlib.sha256)


def challenge(verifier: str) -> str:
    """RFC 7636, 4.2: what the provider keeps, to know the verifier by."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
