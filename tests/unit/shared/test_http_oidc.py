"""The provider's keys: kept, fetched anew when they turn, and never because somebody asks often."""

from datetime import UTC, datetime

import httpx
import pytest
from jwt.warnings import InsecureKeyLengthWarning

from shared.errors import TransientError, UsageError
from shared.http import oidc
from shared.http.oidc import KeySet
from tests import provider as there
from tests.provider import Provider

TRUSTED = oidc.Provider(there.ISSUER, there.AUDIENCE, "https://login.exchange.example/keys")


@pytest.fixture
async def provider():
    return Provider()


@pytest.fixture
async def keys(provider):
    transport = httpx.ASGITransport(provider.app())
    async with httpx.AsyncClient(transport=transport, base_url="http://there") as http:
        yield KeySet("/keys", http)


async def good(token, keys, tick, trusted=TRUSTED):
    return await oidc.verify(token, trusted, keys, datetime.now(UTC), tick)


async def test_keys_are_kept_for_a_while_and_then_asked_for_again(provider, keys):
    for tick in (0, 1, 299):
        assert await good(provider.token(), keys, tick)
    assert provider.asked == 1

    assert await good(provider.token(), keys, 300)
    assert provider.asked == 2


async def test_a_new_key_is_found_but_made_up_ones_are_asked_for_rarely(provider, keys):
    assert await good(provider.token(), keys, 0)
    provider.names = ("rsa-2", "ec-2")

    assert await good(provider.token(), keys, 9) is None
    assert await good(provider.token(), keys, 10)
    for tick in range(10, 20):
        assert await good(provider.token({"kid": "made-up"}), keys, tick) is None
    assert provider.asked == 2


async def test_keys_once_had_stay_good_while_the_provider_is_away(provider, keys):
    assert await good(provider.token(), keys, 0)
    provider.away = True

    assert await good(provider.token(), keys, 1000)


async def test_without_keys_nothing_is_decided(provider, keys):
    provider.away = True
    with pytest.raises(TransientError):
        await good(provider.token(), keys, 0)
    with pytest.raises(TransientError):
        await good(provider.token(), keys, 1)
    assert provider.asked == 1
    provider.away = False

    assert await good(provider.token(), keys, 11)


async def test_a_weak_key_is_none(keys, provider):
    provider.rsa_key = there.rsa_pair(1024)
    with pytest.warns(InsecureKeyLengthWarning):
        weak = provider.token()

    assert await good(weak, keys, 0) is None
    assert await good(provider.by_ec(), keys, 0)


@pytest.mark.parametrize(
    ("claim", "path", "roles"),
    [
        ({"roles": ["agent", "emperor", 7]}, "roles", {"agent"}),
        ({"roles": "agent auditor"}, "roles", {"agent", "auditor"}),
        ({"roles": None, "realm": {"roles": ["admin"]}}, "realm.roles", {"admin"}),
        ({"roles": None}, "roles", set()),
        ({"roles": {"agent": True}}, "roles", set()),
    ],
)
async def test_roles_stand_where_the_setting_says(provider, keys, claim, path, roles):
    trusted = oidc.Provider(TRUSTED.issuer, TRUSTED.audience, TRUSTED.jwks_url, path)

    found = await good(provider.token(**claim), keys, 0, trusted)

    assert (found.subject, found.roles) == ("oidc:mia", roles)


@pytest.mark.parametrize(
    "named",
    [
        ("", "api", "https://login.example/keys"),
        ("https://login.example", "", "https://login.example/keys"),
        ("https://login.example", "api", "http://login.example/keys"),
        ("https://login.example", "api", "file:///etc/passwd"),
    ],
)
def test_half_a_provider_or_unprotected_keys_are_refused_at_the_start(named):
    with pytest.raises(UsageError):
        oidc.Provider(*named)
