"""What is asked of others after a theft: the transfers of the thief, and nobody's name."""

from dataclasses import asdict

import pytest

from services.investigation.rules.tracing import drafts
from tests.unit.investigation.stage_cases import answer, running
from tests.unit.investigation.test_stage_takeover import DAY, HOUR, TAKEN, logged, withdrawal

TXID, OTHER, OWN = "ab" * 32, "cd" * 32, "ef" * 32
LEFT = [
    withdrawal("W0", 8 * DAY, "100", txid=OWN, network="tron", address="own"),
    withdrawal("W1", 3 * HOUR, "900", txid=TXID, state="broadcast", network="tron", address="T1"),
    withdrawal("W2", 2 * HOUR, "50", txid=OTHER, network="tron", address="T2"),
    withdrawal("W3", HOUR, "0.5", txid="12" * 32, asset="BTC", network="bitcoin", address="bc1"),
    withdrawal("W4", HOUR, "90", state="pending", network="tron", address="T3"),
]


def stolen(logins=TAKEN, withdrawals=LEFT):
    case = running("account_security", txid=None)
    answer(case, "account", {"account": {"user_id": "u1", "balances": {}}})
    answer(case, "logins", {"rows": list(logins), "left_out": 0})
    answer(case, "withdrawals", {"rows": list(withdrawals), "left_out": 0})
    answer(case, "transfers", {"rows": [], "left_out": 0})
    return case.state


def made(**how):
    return drafts(stolen(**how), "RD-1")


def test_each_network_and_asset_has_a_request_of_its_own_and_the_police_all():
    usdt, btc, police = made()

    assert [d.to for d in (usdt, btc, police)] == ["venue", "venue", "police"]
    assert (usdt.title, btc.title) == (
        "Request to preserve and trace: tron, USDT",
        "Request to preserve and trace: bitcoin, BTC",
    )
    assert f"- 900 USDT on tron to T1, transaction {TXID}, asked for at " in usdt.text
    assert OTHER in usdt.text
    assert "12" * 32 in btc.text
    assert TXID not in btc.text
    assert all(name in police.text for name in (TXID, OTHER, "12" * 32, "RD-1", "u1"))
    assert "email_change_then_withdrawal" in police.text


def test_what_the_owner_sent_before_the_first_sign_and_what_never_left_is_not_named():
    assert all(OWN not in d.text and "T3" not in d.text for d in made())


def test_a_venue_is_not_told_whose_account_it_was():
    assert all("u1" not in d.text for d in made() if d.to == "venue")


def test_every_piece_of_evidence_is_named_with_its_hash():
    state = stolen()
    police = drafts(state, "RD-1")[-1].text
    for source in ("logins", "withdrawals"):
        assert state.evidence[source].evidence_id in police
        assert state.evidence[source].sha256 in police


def test_the_same_facts_give_the_same_words():
    assert [asdict(d) for d in made()] == [asdict(d) for d in made()]


@pytest.mark.parametrize(
    "how",
    [
        {"withdrawals": []},
        {"withdrawals": LEFT[:1]},
        {"withdrawals": LEFT[-1:]},
        {"logins": [logged("L1", 30 * DAY), logged("L2", 9 * DAY)], "withdrawals": []},
    ],
)
def test_without_a_theft_that_left_on_a_chain_nobody_is_asked(how):
    assert made(**how) == ()
