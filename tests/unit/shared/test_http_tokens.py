import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import UsageError
from shared.http.errors import ProblemError
from shared.http.tokens import ROLES, complaint_of, issue, status_token, verify

KEY, OTHER_KEY = "ab" * 32, "cd" * 32
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
COMPLAINT = "0a0a0a0a-0000-4000-8000-00000000c0de"


def claims(**changes):
    start = int(NOW.timestamp())
    whole = {"iss": "redress", "aud": "redress", "sub": "mia", "roles": ["agent"]}
    return {**whole, "nbf": start, "exp": start + 60, **changes}


def signed(body, key=KEY, headers=None):
    return "Bearer " + jwt.encode(body, bytes.fromhex(key), "HS256", headers)


def part(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def by_hand(algorithm, digest=None):
    head = part(json.dumps({"alg": algorithm, "typ": "JWT"}).encode())
    text = b".".join((head, part(json.dumps(claims()).encode())))
    mac = hmac.digest(bytes.fromhex(KEY), text, digest) if digest else b""
    return f"Bearer {text.decode()}.{part(mac).decode()}"


def refusal(header, now=NOW):
    with pytest.raises(ProblemError) as caught:
        verify(KEY, header, now)
    assert caught.value.status_code == 401
    return caught.value.headers["WWW-Authenticate"]


@pytest.mark.parametrize("role", ROLES)
def test_an_issued_token_is_verified(role):
    found = verify(KEY, f"Bearer {issue(KEY, 'mia', role, NOW, HOUR)}", NOW)
    assert (found.subject, found.roles) == ("mia", {role})


def test_an_unknown_role_is_not_issued():
    with pytest.raises(UsageError, match="submitter"):
        issue(KEY, "mia", "emperor", NOW, HOUR)


@pytest.mark.parametrize("key", ["", "ab" * 31, "zz" * 32])
def test_a_key_of_the_wrong_size_is_said(key):
    with pytest.raises(UsageError, match="REDRESS_TOKEN_KEY"):
        issue(key, "mia", "agent", NOW, HOUR)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic bWlhOnB3"])
def test_no_token_is_401_and_says_what_is_wanted(header):
    assert refusal(header) == 'Bearer realm="redress"'


@pytest.mark.parametrize(
    "header",
    [
        "Bearer x",
        "Bearer a.b.c",
        "Bearer " + "a" * 100_000,
        signed(claims(), OTHER_KEY),
        by_hand("HS512", hashlib.sha512),
        by_hand("hs256", hashlib.sha256),
        signed(claims(aud="elsewhere")),
        signed(claims(iss="elsewhere")),
        signed(claims(sub="")),
        signed(claims(roles="agent")),
        signed(claims(roles=[["agent"]])),
        signed(claims(exp="soon")),
        signed({k: v for k, v in claims().items() if k != "exp"}),
        signed({k: v for k, v in claims().items() if k != "aud"}),
        signed(claims(), OTHER_KEY, headers={"kid": "../../../../dev/null"}),
    ],
)
def test_a_token_that_is_not_ours_is_401(header):
    assert "invalid_token" in refusal(header)


def test_an_unsigned_token_is_401():
    assert "invalid_token" in refusal(by_hand("none"))


def test_a_token_signed_by_hand_as_ours_are_is_verified():
    assert verify(KEY, by_hand("HS256", hashlib.sha256), NOW).subject == "mia"


@pytest.mark.parametrize("after", [timedelta(0), timedelta(minutes=59, seconds=59)])
def test_a_token_holds_for_its_lifetime(after):
    assert verify(KEY, f"bearer {issue(KEY, 'mia', 'agent', NOW, HOUR)}", NOW + after)


@pytest.mark.parametrize("after", [HOUR, timedelta(seconds=-1), timedelta(days=400)])
def test_a_token_outside_its_time_is_401(after):
    refusal(f"Bearer {issue(KEY, 'mia', 'agent', NOW, HOUR)}", NOW + after)


def test_roles_nobody_has_are_dropped():
    assert verify(KEY, signed(claims(roles=["agent", "emperor"])), NOW).roles == {"agent"}


def test_a_role_too_low_is_403():
    found = verify(KEY, signed(claims()), NOW)
    found.require({"agent", "supervisor"})
    with pytest.raises(ProblemError) as caught:
        found.require({"supervisor"})
    assert caught.value.status_code == 403


def test_a_status_token_leads_to_its_complaint_and_is_the_same_every_time():
    token = status_token(KEY, COMPLAINT)
    assert token == status_token(KEY, COMPLAINT)
    assert complaint_of(KEY, token) == COMPLAINT


def test_a_status_token_stands_in_a_url_as_it_is():
    assert set(status_token(KEY, COMPLAINT)) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    )


def test_a_status_token_of_another_installation_is_nobodys():
    assert complaint_of(OTHER_KEY, status_token(KEY, COMPLAINT)) is None


@given(st.integers(0, 63), st.sampled_from("ABCabc019-_"))
def test_a_changed_status_token_is_nobodys(place, sign):
    token = status_token(KEY, COMPLAINT)
    changed = token[:place] + sign + token[place + 1 :]
    assert complaint_of(KEY, changed) == (COMPLAINT if changed == token else None)


@pytest.mark.parametrize("token", ["", "x", "!" * 64, "é" * 64, "A" * 64, "A" * 100_000])
def test_no_token_at_all_is_nobodys(token):
    assert complaint_of(KEY, token) is None
