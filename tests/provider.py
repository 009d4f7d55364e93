"""An identity provider: two keys, published over HTTP, tokens good and bad, and a way to sign in.

`told` changes what an id token claims.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse

ISSUER, AUDIENCE = "https://login.exchange.example", "redress-api"
CLIENT, SECRET = "redress-pages", "a-secret-of-the-client"


def rsa_pair(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@dataclass
class Provider:
    """`asked` counts how often the keys were fetched; `away` makes it answer 503."""

    rsa_key: rsa.RSAPrivateKey = field(default_factory=rsa_pair)
    stranger: rsa.RSAPrivateKey = field(default_factory=rsa_pair)
    ec_key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    names: tuple[str, str] = ("rsa-1", "ec-1")
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    asked: int = 0
    away: bool = False

    def app(self) -> FastAPI:
        app = FastAPI()
        app.add_api_route("/keys", self.keys)
        app.add_api_route("/authorize", self.authorize)
        app.add_api_route("/token", self.exchange, methods=["POST"])
        return app

    async def authorize(self, request: Request) -> RedirectResponse:
        """Whoever comes is mia, at once."""
        asked, code = dict(request.query_params), f"code-{len(self.codes)}"
        self.codes[code] = asked
        answer = {"code": code, "state": asked["state"], "iss": ISSUER}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer)}", 302)

    async def exchange(self, request: Request) -> JSONResponse:
        """RFC 6749, 4.1.3 and RFC 7636, 4.6: a code is good once, for who has its verifier."""
        if self.away:
            return JSONResponse({}, 503)
        form = dict(parse_qsl((await request.body()).decode()))
        asked = self.codes.pop(form.get("code", ""), None)
        basic = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if (
            asked is None
            or request.headers.get("authorization") != basic
            or form["redirect_uri"] != asked["redirect_uri"]
            or base64.urlsafe_b64encode(digest).decode().rstrip("=") != asked["code_challenge"]
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        claims = {"aud": asked["client_id"], "nonce": asked["nonce"], **self.told}
        return JSONResponse({"id_token": self.token(**claims), "token_type": "Bearer"})

    async def keys(self) -> JSONResponse:
        self.asked += 1
        if self.away:
            return JSONResponse({}, 503)
        return JSONResponse(self.published())

    def published(self) -> dict[str, Any]:
        algorithms = jwt.algorithms
        rsa_key = algorithms.RSAAlgorithm.to_jwk(self.rsa_key.public_key(), as_dict=True)
        ec_key = algorithms.ECAlgorithm.to_jwk(self.ec_key.public_key(), as_dict=True)
        encrypting = {**rsa_key, "kid": "enc-1", "use": "enc"}
        odd = {"kty": "oct", "k": "c2VjcmV0", "kid": "oct-1"}
        good = [{**rsa_key, "kid": self.names[0]}, {**ec_key, "kid": self.names[1], "use": "sig"}]
        return {"keys": [encrypting, odd, "junk", {"kid": 7}, *good]}

    def claims(self, **changes: Any) -> dict[str, Any]:
        now = int(datetime.now(UTC).timestamp())
        whole = {"iss": ISSUER, "aud": AUDIENCE, "sub": "mia", "roles": ["agent"]}
        found = {**whole, "nbf": now - 5, "exp": now + 300, **changes}
        return {name: value for name, value in found.items() if value is not None}

    def token(self, header: dict[str, Any] | None = None, key: Any = None, **claims: Any) -> str:
        """An RS256 token of the published key, but for what is given."""
        head = {"kid": self.names[0], **(header or {})}
        head = {name: value for name, value in head.items() if value is not None}
        return jwt.encode(self.claims(**claims), key or self.rsa_key, "RS256", head)

    def by_ec(self, **claims: Any) -> str:
        return jwt.encode(self.claims(**claims), self.ec_key, "ES256", {"kid": self.names[1]})

    def bad(self) -> dict[str, str]:
        """Tokens that nobody may get in with, by what is wrong."""
        now = int(datetime.now(UTC).timestamp())
        own = jwt.algorithms.RSAAlgorithm.to_jwk(self.stranger.public_key(), as_dict=True)
        return {
            "alg none": jwt.encode(self.claims(), None, "none", {"kid": "rsa-1"}),
            "HS256 with the public key": self._hmac_of_public_key(),
            "wrong audience": self.token(aud="another-api"),
            "no audience": self.token(aud=None),
            "issuer like ours": self.token(iss=f"{ISSUER}/"),
            "our own issuer": self.token(iss="redress", aud="redress"),
            "expired": self.token(exp=now - 1),
            "no expiry": self.token(exp=None),
            "not yet good": self.token(nbf=now + 60),
            "no subject": self.token(sub=None),
            "subject of two lines": self.token(sub="mia\nstaff"),
            "kid path traversal": self.token({"kid": "../../../../../../dev/null"}),
            "kid with a query": self.token({"kid": "' OR 1=1 --"}),
            "unknown kid": self.token({"kid": "rsa-9"}),
            "no kid": self.token({"kid": None}),
            "a key for encryption": self.token({"kid": "enc-1"}),
            "another key's kid": self.token({"kid": "ec-1"}),
            "another key": self.token(key=self.stranger),
            "a key in the header": self.token({"jwk": own}, key=self.stranger),
            "an address in the header": self.token({"jku": "http://127.0.0.1:1"}, self.stranger),
            "critical header": self.token({"crit": ["exp"]}),
            "too long": self.token(more="x" * 8192),
            "cut": self.token()[:-8],
            "no token": "a.b.c",
        }

    def _hmac_of_public_key(self) -> str:
        """As an attacker makes it: the library refuses to."""
        public = self.rsa_key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        head = _part({"alg": "HS256", "typ": "JWT", "kid": "rsa-1"})
        text = f"{head}.{_part(self.claims())}"
        mac = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
        signature = jwt.utils.base64url_encode(mac.sign(text.encode(), public)).decode()
        return f"{text}.{signature}"


def _part(content: dict[str, Any]) -> str:
    return jwt.utils.base64url_encode(json.dumps(content).encode()).decode()
