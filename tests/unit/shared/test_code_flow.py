"""What is set up wrong for signing in at a provider stops the service, and says what to set."""

import base64

import pytest

from shared.errors import UsageError
from shared.http.code_flow import challenge
from shared.runner.gate import code_flow
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


@pytest.fixture
async def flow():
    wirings = []

    def make(**changes):
        wiring = wire(Settings(**{**ALL, **changes}))
        wirings.append(wiring)
        return code_flow(wiring)

    yield make
    for wiring in wirings:
        await wiring.http.aclose()
        wiring.client.close()


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


async def test_without_a_client_nobody_signs_in_there(flow):
    nothing = dict.fromkeys(("oidc_client_id", "oidc_authorize_url", "oidc_token_url"), "")

    assert flow(**nothing) is None


async def test_the_redirect_address_is_ours(flow):
    found = flow(public_url="https://redress.exchange.example/")

    assert found.client.redirect_uri == "https://redress.exchange.example/sign-in/done"


def test_the_challenge_is_that_of_rfc_7636_appendix_b():
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

    assert challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
