"""The gate before every route: from where, how often, who; and what was denied is written down."""

import re
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import TransientError
from shared.http.address import Proxies, bucket
from shared.http.errors import ProblemError, answer
from shared.http.identities import Identities
from shared.http.limits import READS
from shared.http.rate import Rate
from shared.http.sessions import Sessions, is_secret, is_used, token_of, with_token
from shared.http.tokens import Principal
from shared.metrics import REFUSED

OPEN = ("/livez", "/readyz", "/readyz/door", "/metrics")  # what an orchestrator asks for ever
AWAY = ProblemError(503, "try_again", "Nothing was stored.", headers={"Retry-After": "2"})
FORBIDDEN = 403
_NAME = re.compile(r"[0-9A-Za-z*~$=-]{1,64}")


@dataclass(frozen=True, slots=True)
class Denial:
    """Somebody known asked for what the role does not allow; `case` is a complaint's name."""

    at: datetime
    subject: str
    roles: tuple[str, ...]
    method: str
    route: str
    case: str | None = None


class Denials(Protocol):
    """Where denials are kept for auditors."""

    async def write(self, denial: Denial) -> None:
        """Keep one; what cannot be kept is said in the log, and changes no answer."""


@dataclass(frozen=True)
class Rates:
    """How often one address, and one principal, may ask in this process."""

    reads: Rate
    writes: Rate


@dataclass(frozen=True)
class Rules:
    """What the gate goes by; `cookie` is the name of the sessions' one."""

    identities: Identities
    sessions: Sessions
    cookie: str
    proxies: Proxies
    rates: Rates
    denials: Denials


class Gate:
    """ASGI middleware. Behind it a request's client is its true address, its bearer our own token.

    What came by an API key, from an identity provider or by a session's cookie is exchanged for a
    token of ours, so that every route reads one kind. A bearer that is not good is answered here,
    with 401; the cookie of a session that is over is taken away.
    """

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self.app = app
        self.rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection event."""
        if scope["type"] != "http" or scope["path"] in OPEN:
            await self.app(scope, receive, send)
            return
        try:
            scope, who = await self._entered(scope)
        except ProblemError as problem:
            REFUSED.labels(problem.slug).inc()
            await answer(problem)(scope, receive, send)
            return
        except TransientError:
            await answer(AWAY)(scope, receive, send)
            return
        await self.app(scope, receive, self._watched(scope, send, who) if who else send)

    async def _entered(self, scope: Scope) -> tuple[Scope, Principal | None]:
        rules, tick, now = self.rules, time.monotonic(), datetime.now(UTC)
        rate = rules.rates.reads if scope["method"] in READS else rules.rates.writes
        address = rules.proxies.address(scope)
        rate.check(f"address {bucket(address)}", tick)
        who = await rules.identities.principal(_header(scope), now, tick)
        client = (address, 0) if scope.get("client") else None
        if who is None:
            scope, who = await self._in_session({**scope, "client": client}, now)
            if who is not None:
                rate.check(f"principal {who.subject}", tick)
            return scope, who
        rate.check(f"principal {who.subject}", tick)
        others = [(n, v) for n, v in scope["headers"] if n != b"authorization"]
        own = (b"authorization", rules.identities.header(who, now).encode())
        return {**scope, "client": client, "headers": [*others, own]}, who

    async def _in_session(self, scope: Scope, now: datetime) -> tuple[Scope, Principal | None]:
        given = token_of(scope, self.rules.cookie)
        if not is_secret(given):
            who = self.rules.identities.of_cookie(given, now)
            return with_token(scope, given if who else ""), who
        found = await self.rules.sessions.find(given, now, used=is_used(scope))
        if found is None:
            return with_token(scope, ""), None
        return with_token(scope, self.rules.identities.token(found.principal, now)), found.principal

    def _watched(self, scope: Scope, send: Send, who: Principal) -> Send:
        """Pass an answer on; write down that it was a denial before anybody reads it."""

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == FORBIDDEN:
                REFUSED.labels("role_too_low").inc()
                await self.rules.denials.write(_denial(scope, who))
            await send(message)

        return watched


def _header(scope: Scope) -> str | None:
    found = [value for name, value in scope["headers"] if name == b"authorization"]
    return found[0].decode("latin-1") if found else None


def _denial(scope: Scope, who: Principal) -> Denial:
    """The route by its pattern: a path may hold a token."""
    pattern = getattr(scope.get("route"), "path", "")
    found = Denial(
        datetime.now(UTC), who.subject, tuple(sorted(who.roles)), scope["method"], pattern
    )
    case = str(scope.get("path_params", {}).get("case", ""))
    return replace(found, case=case) if _NAME.fullmatch(case) else found
