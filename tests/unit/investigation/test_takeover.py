"""The takeover playbook: its signals, its findings, and what is no case."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from services.investigation.cli import playbook
from services.investigation.playbooks.lines import answered, takeover
from services.investigation.playbooks.takeover import judge_takeover
from services.investigation.playbooks.takeover_facts import takeover_case

MINUTE, HOUR, DAY = 60, 3600, 86400
NOW = 1_700_000_000
THEFT = "Somebody hacked my account and withdrew my coins. I did not do this!"
BERLIN = {"lat": 52.52, "lon": 13.40, "country": "DE", "ip": "10.0.0.1", "asn": "AS3320"}
LAGOS = {"lat": 6.52, "lon": 3.38, "country": "NG", "ip": "10.9.9.9", "asn": "AS37282"}


def happened(kind, ago, **more):
    return {"t": NOW - ago, "type": kind, **more}


def login(ago, device="old", place=BERLIN, **more):
    return happened("login", ago, device=device, **place, **more)


def withdrawal(ago, amount="100", **more):
    given_ = {"address": "bc1qold", "device": "old", "status": "confirmed", **more}
    return happened("withdrawal", ago, amount_usd=amount, **given_)


USUAL = [login(30 * DAY), login(9 * DAY)]
STOLEN = [
    *USUAL,
    login(5 * HOUR, device="new", place=LAGOS),
    happened("password_reset", 4 * HOUR),
    happened("email_change", 4 * HOUR),
    happened("address_added", 3 * HOUR, address="bc1qnew"),
    withdrawal(2 * HOUR, "9000", device="new", address="bc1qnew"),
    withdrawal(HOUR, "500", device="new", address="bc1qnew", status="pending"),
]


def case(*events, text=THEFT, **more):
    claim = {"text": text, "reported_at": NOW}
    return {"id": "1", "claim": claim, "events": list(events), "balance_usd": "10000", **more}


def judged(*events, **more):
    return judge_takeover(takeover_case(case(*events, **more)))


def codes(*events, **more):
    return {signal.code: signal.events for signal in judged(*events, **more).signals}


@pytest.mark.parametrize(
    ("events", "code", "shown"),
    [
        ([login(DAY, device="new")], "new_device", (2,)),
        ([login(DAY, place={"country": "NG"})], "new_country", (2,)),
        ([login(DAY, place={"asn": 37282})], "new_network", (2,)),
        ([login(DAY, place={"asn": "AS24940"})], "hosting_network", (2,)),
        ([login(HOUR), login(0, place=LAGOS)], "impossible_travel", (2, 3)),
        (
            [login(50 - n, status="failed") for n in range(5)],
            "failed_second_factor",
            (2, 3, 4, 5, 6),
        ),
        ([login(HOUR), login(HOUR - 9, device="x", place=LAGOS)], "parallel_sessions", (2, 3)),
        (
            [happened("password_reset", HOUR), withdrawal(0)],
            "password_reset_then_withdrawal",
            (2, 3),
        ),
        (
            [happened("2fa_reset", HOUR), withdrawal(0)],
            "second_factor_reset_then_withdrawal",
            (2, 3),
        ),
        ([happened("email_change", DAY), withdrawal(0)], "email_change_then_withdrawal", (2, 3)),
        ([happened("phone_change", DAY), withdrawal(0)], "phone_change_then_withdrawal", (2, 3)),
        ([happened("api_key", HOUR), withdrawal(0)], "api_key_then_withdrawal", (2, 3)),
        (
            [happened("address_added", HOUR, address="a"), withdrawal(0, address="a")],
            "new_address_then_withdrawal",
            (2, 3),
        ),
        ([withdrawal(20 * HOUR, "4000"), withdrawal(0, "4000")], "drained", (2, 3)),
        (
            [happened("trade", HOUR, amount_usd="8000"), withdrawal(0)],
            "sold_then_withdrawn",
            (2, 3),
        ),
        ([withdrawal(0, "9500")], "just_under_limit", (2,)),
    ],
)
def test_each_signal_names_what_shows_it(events, code, shown):
    assert codes(*USUAL, *events)[code] == shown


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ([login(8 * DAY, device="new")], "new_device"),
        ([login(13 * HOUR), login(0, place=LAGOS)], "impossible_travel"),
        ([login(300 - 151 * n, status="failed") for n in range(5)], "failed_second_factor"),
        ([login(HOUR), login(0, device="x")], "parallel_sessions"),
        ([happened("email_change", DAY + 1), withdrawal(0)], "email_change_then_withdrawal"),
        ([withdrawal(HOUR), happened("email_change", 0)], "email_change_then_withdrawal"),
        (
            [happened("address_added", HOUR, address="a"), withdrawal(0, address="b")],
            "new_address_then_withdrawal",
        ),
        (
            [happened("2fa_reset", HOUR), withdrawal(0, status="cancelled")],
            "second_factor_reset_then_withdrawal",
        ),
        ([withdrawal(25 * HOUR, "4000"), withdrawal(0, "4000")], "drained"),
        ([withdrawal(0, "9499.99")], "just_under_limit"),
        ([withdrawal(0, "10000")], "just_under_limit"),
    ],
)
def test_what_is_close_is_no_signal(events, code):
    assert code not in codes(*USUAL, *events)


def test_after_a_long_silence_whatever_happens_is_a_signal():
    assert codes(login(100 * DAY), login(0))["dormant"] == (1,)
    assert codes(login(90 * DAY), login(0)) == {}


@pytest.mark.parametrize(
    ("events", "text", "finding"),
    [
        (STOLEN, THEFT, "confirmed_takeover"),
        ([*USUAL, login(HOUR, device="new", place=LAGOS)], THEFT, "suspected_takeover"),
        (USUAL, "I gave my password and the code to the fake support.", "credentials_given_away"),
        ([], "I gave my seed phrase to somebody on a fake site.", "credentials_given_away"),
        ([*USUAL, withdrawal(HOUR)], THEFT, "first_party_suspected"),
        ([*USUAL, withdrawal(HOUR, device=None)], THEFT, "undetermined"),
        ([*USUAL, withdrawal(HOUR, device="never seen")], THEFT, "undetermined"),
        (USUAL, THEFT, "no_indication"),
        ([], THEFT, "undetermined"),
    ],
)
def test_each_story_has_its_finding(events, text, finding):
    assert judged(*events, text=text).finding == finding


def test_a_takeover_is_frozen_from_the_withdrawals_on_and_stops_what_can_be_stopped():
    found = judged(*STOLEN)

    assert found.score == 100
    assert found.freeze[:3] == ("withdrawals", "transfers", "p2p")
    assert found.cancel == (7,)
    assert found.remedy == "freeze"
    assert judged(*USUAL).freeze == ()


def test_events_are_cited_by_their_own_id_where_they_have_one():
    assert codes(*USUAL, {**login(DAY, device="new"), "id": "L-9"})["new_device"] == ("L-9",)


def test_the_order_of_the_events_does_not_matter():
    named = [{**event, "id": f"e{n}"} for n, event in enumerate(STOLEN)]

    assert judged(*named[::-1]) == judged(*named)


def test_an_instant_may_be_written_out():
    written = [{**e, "t": "2023-11-14T22:13:20+00:00"} for e in STOLEN[-1:]]

    assert takeover_case(case(*written)).events[0].t == NOW


@pytest.mark.parametrize(
    "event",
    [
        {"type": "login"},
        {"t": NOW, "type": "dance"},
        {"t": "2023-11-14T22:13:20", "type": "login"},
        {"t": "yesTerday", "type": "login"},
        {"t": "1e400", "type": "login"},
        login(0, place={"lat": 91.0, "lon": 0}),
        withdrawal(0, "-1"),
        withdrawal(0, "1e400"),
        withdrawal(0, "NaN"),
    ],
)
def test_what_is_no_case_is_answered_by_an_error(event):
    answer = json.loads(answered(json.dumps(case(event)).encode(), takeover))

    assert answer in (
        {"id": "1", "error": "wrong_type"},
        {"id": "1", "error": "missing_field"},
    )


KINDS = ["login", "password_reset", "email_change", "address_added", "withdrawal", "trade"]
WILD = st.fixed_dictionaries(
    {"t": st.integers(-(10**10), 10**10), "type": st.sampled_from(KINDS)},
    optional={
        "asn": st.one_of(st.integers(), st.text(max_size=9)),
        "lat": st.floats(-90, 90),
        "lon": st.floats(-180, 180),
        "device": st.text(max_size=3),
        "address": st.text(max_size=2),
        "amount_usd": st.decimals(0, 10**9, places=2).map(str),
        "status": st.sampled_from(["failed", "pending", "confirmed", ""]),
    },
)


@settings(max_examples=200, deadline=None)
@given(st.lists(WILD, max_size=12), st.text(max_size=60))
def test_any_history_is_judged(events, text):
    found = judged(*events, text=text)

    assert 0 <= found.score <= 100
    assert json.loads(json.dumps(found.as_dict()))["finding"] == found.finding


def test_the_command_answers_each_line_in_its_place(tmp_path):
    file = tmp_path / "cases.jsonl"
    file.write_text(f"{json.dumps(case(*STOLEN))}\nno case\n")

    first, second = map(
        json.loads, CliRunner().invoke(playbook, ["takeover", str(file)]).stdout.splitlines()
    )

    names = ["id", "finding", "score", "signals", "freeze", "cancel", "remedy", "explanation"]
    assert list(first) == names
    assert set(first["signals"][0]) == {"code", "weight", "events"}
    assert second == {"id": None, "error": "not_json"}
