"""What is set up wrong for signing in at a provider stops the service, and says what to set."""

import base64

import pytest

from shared.errors import UsageError
from shared.http.code_flow import challenge
from shared.runner.gate import code_flow, rules
from shared.runner.wiring import wire
from shared.settings import Settings

ALL = {
    "master_key": base64.b64encode(bytes(32)).decode(),
    "oidc_issuer": "https://login.exchange.example",
    "oidc_audience": "redress-api",
    "oidc_jwks_url": "https://login.exchange.example/keys",
    "oidc_client_id": "redress-pages",
    "oidc_authorize_url": "https://login.exchange.example/authorize",
    "oidc_token_url": "https://login.exchange.example/token",
}
NO_CLIENT = dict.fromkeys(("oidc_client_id", "oidc_authorize_url", "oidc_token_url"), "")


@pytest.fixture
async def wired():
    wirings = []

    def make(**changes):
        wirings.append(wire(Settings(**{**ALL, **changes})))
        return wirings[-1]

    yield make
    for wiring in wirings:
        await wiring.http.aclose()
        wiring.client.close()


@pytest.fixture
def flow(wired):
    return lambda **changes: code_flow(wired(**changes))


@pytest.fixture
def gate(wired):
    return lambda **changes: rules(wired(token_key="0c" * 32, **changes))


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"oidc_client_id": ""}, "CLIENT_ID"),
        ({"oidc_authorize_url": ""}, "AUTHORIZE_URL"),
        ({"oidc_token_url": "http://login.exchange.example/token"}, "TOKEN_URL is an https"),
        ({"oidc_jwks_url": ""}, "JWKS_URL"),
        ({"oidc_issuer": "", "oidc_audience": "", "oidc_jwks_url": ""}, "ISSUER"),
    ],
)
async def test_what_is_missing_or_unprotected_is_named(flow, changes, named):
    with pytest.raises(UsageError, match=named):
        flow(**changes)


@pytest.mark.parametrize("changes", [{}, {"local_accounts": True, **NO_CLIENT}])
async def test_who_signs_in_does_so_by_tls(gate, changes):
    with pytest.raises(UsageError, match="REDRESS_PUBLIC_URL must be https"):
        gate(**changes, public_url="http://redress.exchange.example")
    gate(**changes, public_url="https://redress.exchange.example")
    gate(**changes, public_url="http://127.0.0.1:8000")


async def test_without_a_client_nobody_signs_in_there(flow):
    assert flow(**NO_CLIENT) is None


async def test_the_redirect_address_is_ours(flow):
    found = flow(public_url="https://redress.exchange.example/")

    assert found.client.redirect_uri == "https://redress.exchange.example/sign-in/done"


def test_the_challenge_is_that_of_rfc_7636_appendix_b():
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

    assert challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
