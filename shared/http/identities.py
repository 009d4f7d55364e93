"""Who asks: the one place where the bearer of a request becomes a principal."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt

from shared.http import api_keys, oidc
from shared.http.api_keys import ApiKeys
from shared.http.errors import ProblemError
from shared.http.oidc import KeySet, Provider
from shared.http.tokens import Principal, issue_for, unauthorized, verify

LONGEST = 8192
LASTS = timedelta(minutes=2)  # for the one request that it is made for
_INVALID = ', error="invalid_token"'


@dataclass(frozen=True)
class Identities:
    """The three kinds of bearers: our own tokens, API keys, tokens of an identity provider.

    `key` is the setting `token_key`; without a `provider` its tokens are unknown.
    """

    key: str
    api_keys: ApiKeys
    provider: Provider | None = None
    published: KeySet | None = None

    async def principal(self, header: str | None, now: datetime, tick: float) -> Principal | None:
        """Whom an Authorization header speaks for at `now`, None without one.

        `tick` is the monotonic clock's reading. Raises ProblemError 401 on a bearer that is not
        good, TransientError where what it is checked against is away.
        """
        scheme, _, token = (header or "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = token.strip()
        if len(token) > LONGEST:
            raise unauthorized(_INVALID)
        if token.startswith(api_keys.MARK):
            found = await self._of_key(token, now)
        elif self.provider and self.published and _issuer(token) == self.provider.issuer:
            found = await oidc.verify(token, self.provider, self.published, now, tick)
        else:
            found = verify(self.key, header, now)
        if found is None:
            raise unauthorized(_INVALID)
        return found

    async def _of_key(self, token: str, now: datetime) -> Principal | None:
        given = api_keys.read(token)
        kept = await self.api_keys.find(given.id) if given else None
        return kept.principal if given and kept and kept.admits(given.secret, now) else None

    def of_cookie(self, token: str, now: datetime) -> Principal | None:
        """Whom a token of ours in the pages' cookie speaks for; None where it is none."""
        try:
            return verify(self.key, f"Bearer {token}", now)
        except ProblemError:
            return None

    def header(self, principal: Principal, now: datetime) -> str:
        """A header with a token of our own for a principal, as every route reads it."""
        return f"Bearer {self.token(principal, now)}"

    def token(self, principal: Principal, now: datetime) -> str:
        """A token of our own for the one request."""
        return issue_for(self.key, principal, now, LASTS)


def _issuer(token: str) -> str | None:
    """Whom a token names as its issuer: decides where it is checked, and nothing else."""
    try:
        found = jwt.decode(token, options={"verify_signature": False}).get("iss")
    except (jwt.InvalidTokenError, ValueError, RecursionError):
        return None
    return found if isinstance(found, str) else None
