"""The gate of one process, from its settings, and the collection that denials are kept in."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from pymongo.errors import PyMongoError

from shared.errors import UsageError
from shared.http.address import Proxies
from shared.http.code_flow import PATH, Client, CodeFlow
from shared.http.gate import Denial, Rates, Rules
from shared.http.identities import Identities
from shared.http.oidc import KeySet, Provider, is_loopback
from shared.http.rate import Rate
from shared.http.sessions import cookie_name
from shared.log import get_logger
from shared.pages.staff import offer
from shared.runner.accounts import MongoAccounts
from shared.runner.api_keys import MongoApiKeys
from shared.runner.sessions import MongoSessions
from shared.runner.wiring import Wiring
from shared.settings import Settings

COLLECTION = "denials"
log = get_logger(__name__)


class MongoDenials:
    """Denials in the collection `denials`."""

    def __init__(self, database: Any) -> None:
        self.denials = database[COLLECTION]

    async def write(self, denial: Denial) -> None:
        """Keep one; what cannot be kept is said in the log, and changes no answer."""
        try:
            await self.denials.insert_one(asdict(denial))
        except PyMongoError:
            log.warning("a denial was not kept", path=denial.route)


def rules(wiring: Wiring) -> Rules:
    """What the gate goes by. Raises UsageError on a setting that makes no sense."""
    settings = wiring.settings
    provider = _provider(settings)
    identities = Identities(
        settings.token_key.get_secret_value(),
        MongoApiKeys(wiring.database),
        provider,
        KeySet(provider.jwks_url, wiring.http) if provider else None,
    )
    if settings.local_accounts or code_flow(wiring) is not None:
        _protected(settings.public_url)
    offer(provider=code_flow(wiring) is not None, accounts=settings.local_accounts)
    rates = Rates(
        Rate(settings.reads_per_s, settings.reads_at_once),
        Rate(settings.writes_per_s, settings.writes_at_once),
    )
    proxies = Proxies.of(settings.trusted_proxies, settings.proxy_header)
    cookie = cookie_name(secure=urlsplit(settings.public_url).scheme == "https")
    return Rules(
        identities, sessions(wiring), cookie, proxies, rates, MongoDenials(wiring.database)
    )


def _protected(url: str) -> None:
    """Passwords and sessions travel by TLS, but on this machine. Raises UsageError."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        raise UsageError("REDRESS_PUBLIC_URL must be https where staff sign in to the pages")


def accounts(wiring: Wiring) -> MongoAccounts | None:
    """The local accounts; None where they are not wanted."""
    return MongoAccounts(wiring.database) if wiring.settings.local_accounts else None


def sessions(wiring: Wiring) -> MongoSessions:
    """Where the staff's sessions are kept."""
    return MongoSessions(wiring.database, timedelta(minutes=wiring.settings.session_idle_minutes))


def code_flow(wiring: Wiring) -> CodeFlow | None:
    """How staff sign in at the provider; None where it is not set up. Raises UsageError."""
    settings, provider = wiring.settings, _provider(wiring.settings)
    named = (settings.oidc_client_id, settings.oidc_authorize_url, settings.oidc_token_url)
    if not any(named):
        return None
    if provider is None:
        raise UsageError("set REDRESS_OIDC_ISSUER, _AUDIENCE and _JWKS_URL, too, to sign in there")
    client = Client(
        id=settings.oidc_client_id,
        secret=settings.oidc_client_secret.get_secret_value(),
        authorize_url=settings.oidc_authorize_url,
        token_url=settings.oidc_token_url,
        redirect_uri=settings.public_url.rstrip("/") + PATH,
    )
    keys = KeySet(provider.jwks_url, wiring.http)
    key = settings.token_key.get_secret_value()
    return CodeFlow(client, provider, keys, wiring.http, key)


def _provider(settings: Settings) -> Provider | None:
    named = (settings.oidc_issuer, settings.oidc_audience, settings.oidc_jwks_url)
    return Provider(*named, settings.oidc_roles_claim) if any(named) else None
