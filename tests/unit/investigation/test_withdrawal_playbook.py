"""Withdrawals that are stuck: every state, from evidence to what follows."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.events.base import Remedy
from shared.testing.scenario import START
from tests.unit.investigation.odd_values import JSON, TIMES
from tests.unit.investigation.stage_cases import (
    ELSEWHERE,
    OURS,
    TX,
    TXID,
    answered,
    chain,
    given_up,
    running,
)

AGO = START - timedelta(minutes=30)
LONG_AGO = START - timedelta(hours=9)
SENT = chain((ELSEWHERE, 40_000_000))["responses"]
ONE_DEEP = chain((ELSEWHERE, 40_000_000), confirmations=1)["responses"]
TO_ANOTHER = chain((OURS, 40_000_000))["responses"]
LESS = chain((ELSEWHERE, 39_000_000))["responses"]
ABSENT = {TX: {"status": 404, "text": "no"}}


def row(state="pending", at=AGO, **more):
    fields = {
        "id": "w-7", "user_id": "u1", "at": at.isoformat(), "asset": "BTC", "amount": "0.4",
        "fee": "0.0002", "address": ELSEWHERE, "network": "bitcoin", "state": state,
    }  # fmt: skip
    return {
        **fields,
        **{k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in more.items()},
    }


def sent(state="broadcast", **more):
    return row(state, **{"txid": TXID, "broadcast_at": AGO, **more})


def payout(named, responses=None):
    return {"named": named, "several": False, "responses": responses or {}}


def judged(named, responses=None, **told):
    """What follows from the last answer about this withdrawal."""
    case = running(**{"txid": None, "order_id": "w-7", "amount": None, **told})
    return answered(case, payout=payout(named, responses))[1:]


WAITING = [
    (row(), None, "withdrawal_processing"),
    (row("reviewed", reviewed_at=AGO), None, "withdrawal_processing"),
    (row(at=START - timedelta(hours=2)), None, "withdrawal_processing"),
    (sent(), ABSENT, "withdrawal_processing"),
    (sent(), ONE_DEEP, "withdrawal_broadcast"),
    (sent("completed"), ONE_DEEP, "withdrawal_broadcast"),
]


@pytest.mark.parametrize(("named", "responses", "finding"), WAITING)
def test_what_is_in_time_or_not_deep_enough_is_looked_at_again(named, responses, finding):
    (recheck,) = judged(named, responses)

    assert (recheck.finding, recheck.at) == (finding, START + timedelta(minutes=10))


def test_a_withdrawal_that_arrived_is_explained_with_its_transaction():
    finding, cause, proposal = judged(sent("completed", completed_at=AGO), SENT)

    assert (finding.finding, cause.cause) == ("withdrawal_completed", "rules_applied")
    assert (finding.details["txid"], finding.details["paid_to"]) == (TXID, ELSEWHERE)
    assert TXID in finding.explanation
    assert (proposal.outcome, proposal.remedies) == ("rejected", (Remedy(code="explain"),))
    assert proposal.proposed_by == "playbook:withdrawal"


@pytest.mark.parametrize("state", ["pending", "reviewed"])
def test_a_withdrawal_kept_longer_than_we_publish_is_our_fault_and_made_up_for(state):
    finding, cause, proposal = judged(row(state, at=LONG_AGO))

    assert (finding.finding, cause.cause) == ("withdrawal_delayed", "platform")
    assert (finding.details["promised_minutes"], finding.details["waited_minutes"]) == (120, 540)
    pay = Remedy(
        code="compensate", user_id="u1", asset="BTC", amount=Decimal("0.0004"),
        thing="withdrawal|w-7|delay",
    )  # fmt: skip
    assert (proposal.outcome, proposal.remedies) == ("upheld", (Remedy(code="fix"), pay))


def test_a_withdrawal_that_was_sent_too_late_and_arrived_is_made_up_for_alone():
    finding, _, proposal = judged(sent("completed", at=LONG_AGO), SENT)

    assert finding.finding == "withdrawal_delayed"
    assert [remedy.code for remedy in proposal.remedies] == ["compensate"]


@pytest.mark.parametrize(
    ("named", "responses"),
    [
        (row("failed", failed_at=AGO), None),
        (row("failed", txid=TXID), ABSENT),
    ],
)
def test_a_failed_withdrawal_is_given_back_with_its_fee(named, responses):
    finding, cause, proposal = judged(named, responses)

    assert (finding.finding, cause.cause) == ("withdrawal_failed", "platform")
    pay = Remedy(
        code="credit", user_id="u1", asset="BTC", amount=Decimal("0.4002"), thing="withdrawal|w-7"
    )
    assert (proposal.outcome, proposal.remedies) == ("upheld", (pay,))


def test_a_failed_withdrawal_that_was_given_back_already_is_explained():
    *_, proposal = judged(row("failed", refunded_at=AGO))

    assert (proposal.finding, proposal.remedies) == ("withdrawal_failed", (Remedy(code="explain"),))


def test_a_withdrawal_on_hold_goes_to_a_person_in_neutral_words():
    finding, task = judged(row("on_hold"))

    assert (finding.finding, task.reason) == ("withdrawal_on_hold", "withdrawal-on-hold")
    assert "hold" not in finding.explanation
    assert set(finding.details) == {"withdrawal", "asset", "amount", "network"}


@pytest.mark.parametrize("told", ["0.0002", "0.4002"])
def test_a_question_about_the_fee_is_answered_with_the_rule(told):
    finding, _, proposal = judged(sent("completed"), SENT, amount=told)

    assert (finding.finding, finding.details["fee"]) == ("withdrawal_fee_by_rule", "0.0002")
    assert proposal.outcome == "rejected"


PERSON = [
    (row("cancelled"), None, "withdrawal-cancelled"),
    (row("teleported"), None, "facts-unclear"),
    (row(amount="0"), None, "facts-unclear"),
    (row(txid=TXID), None, "facts-unclear"),
    (row(at=START + timedelta(hours=1)), None, "facts-unclear"),
    (sent(at=START - timedelta(minutes=1)), SENT, "facts-unclear"),
    (row(network="fancy chain"), None, "no-published-time"),
    (row(at=START - timedelta(days=9999)), None, "no-published-time"),
    (row(amount="-1"), None, "facts-missing"),
    (row(amount="1e400"), None, "facts-missing"),
    ({"id": "w-7"}, None, "facts-missing"),
    (["w-7"], None, "facts-missing"),
    (sent(at=LONG_AGO, broadcast_at=LONG_AGO), ABSENT, "not-on-chain"),
    (sent("completed", broadcast_at=None), ABSENT, "not-on-chain"),
    (sent("completed"), TO_ANOTHER, "paid-elsewhere"),
    (sent("completed"), LESS, "amount-differs"),
    (row("failed", txid=TXID), SENT, "paid-though-failed"),
]


@pytest.mark.parametrize(("named", "responses", "reason"), PERSON)
def test_what_the_facts_do_not_decide_goes_to_a_person_without_a_finding(named, responses, reason):
    (task,) = judged(named, responses)

    assert (task.reason, task.assignee) == (reason, "agent-1")


UNCLEAR = [sent(), sent("completed"), row("failed", txid=TXID)]


@pytest.mark.parametrize("named", UNCLEAR)
def test_what_the_nodes_leave_open_is_asked_again_and_told_nobody(named):
    (again,) = judged(named)

    assert type(again).__name__ == "RecheckScheduled"
    assert again.leaves_open
    assert START < again.at <= START + timedelta(hours=1)


@pytest.mark.parametrize("named", UNCLEAR)
def test_after_the_last_look_a_person_decides_what_nodes_leave_open(named):
    case = given_up(running(txid=None, order_id="w-7", amount=None))
    *_, task = answered(case, payout=payout(named))

    assert task.reason == "chain-unclear"


def test_a_fee_that_is_not_the_published_one_goes_to_a_person():
    (task,) = judged(sent("completed", fee="0.5"), SENT, amount="0.9")

    assert task.reason == "fee-differs"


def test_several_withdrawals_that_fit_go_to_a_person():
    case = running(txid=None, order_id=None)
    *_, task = answered(case, payout={"named": None, "several": True, "responses": {}})

    assert task.reason == "withdrawal-unclear"


def test_a_claim_about_no_withdrawal_of_the_account_goes_to_a_person():
    *_, task = answered(running(txid=None))

    assert task.reason == "no-playbook"


def test_a_deposit_claim_whose_transaction_is_a_withdrawal_is_judged_as_one():
    case = running(amount=None)
    named = sent("completed")
    *_, proposal = answered(case, chain=chain((ELSEWHERE, 40_000_000)), payout=payout(named, SENT))

    assert case.state.playbook == "deposit"
    assert (proposal.finding, proposal.proposed_by) == (
        "withdrawal_completed",
        "playbook:withdrawal",
    )


BENT = st.fixed_dictionaries(
    {"id": st.just("w-7"), "user_id": st.just("u1"), "at": st.just(AGO.isoformat()) | TIMES},
    optional={
        "asset": st.sampled_from(["BTC", "USDT", "", "?"]) | JSON,
        "amount": st.sampled_from(["0.4", "-1", "0", "9" * 20, "NaN", "1e400"]) | JSON,
        "fee": st.sampled_from(["0.0002", "-1"]) | JSON,
        "address": st.sampled_from([ELSEWHERE, OURS, ""]) | JSON,
        "state": st.sampled_from(
            ["pending", "reviewed", "on_hold", "broadcast", "completed", "failed", "odd"]
        ),
        "network": st.sampled_from(["bitcoin", "tron", "?"]) | JSON,
        "txid": st.sampled_from([TXID, "?"]) | JSON,
        "broadcast_at": TIMES,
        "completed_at": TIMES,
        "refunded_at": TIMES,
    },
)
CHAIN = st.sampled_from([SENT, ONE_DEEP, TO_ANOTHER, ABSENT, {}]) | JSON


@settings(max_examples=400, deadline=None)
@given(named=BENT | JSON, responses=CHAIN, several=JSON)
def test_whatever_the_exchange_answers_a_finding_or_a_person_follows(named, responses, several):
    case = running(txid=None, order_id="w-7", amount="0.4002")
    said = answered(case, payout={"named": named, "several": several, "responses": responses})

    assert type(said[-1]).__name__ in {"RemedyProposed", "RecheckScheduled", "WorkItemOpened"}
    paid = [r for r in getattr(said[-1], "remedies", ()) if r.amount is not None]
    assert all(0 < remedy.amount <= Decimal(10) ** 21 for remedy in paid)
