from datetime import timedelta
from decimal import Decimal

import pytest

from shared.events.intake import ComplaintWithdrawn
from shared.events.verification import (
    CustomerWrote,
    InfoReminded,
    InfoRequested,
    InfoRequestSubmitted,
)
from shared.testing.scenario import START
from tests.unit.verification.complaints import (
    TXID,
    deposit,
    facts,
    known,
    message,
    names,
    received,
    scenario,
    unknown,
)

DAY = timedelta(days=1)


def asked(scene, complaint):
    """A complaint whose account is known and which lacks something."""
    scene.when(complaint)
    return known(scene)[-1]


def test_a_complaint_has_its_account_looked_up_first():
    scene = scenario()
    assert names(scene.when(received())) == ["VerificationStarted"]
    assert scene.due("account").kind == "look_up_account"


def test_a_complete_complaint_is_admitted_when_its_account_is_known():
    scene = scenario()
    scene.when(deposit())
    identity, decision = known(scene)
    assert (identity.user_id, identity.level, identity.kyc_level) == ("u1", "L1", "2")
    assert (decision.admissible, decision.identity, decision.missing) == (True, "L1", ())
    assert not decision.emergency
    assert scene.state.due == {}


def test_a_complaint_without_a_category_is_asked_nothing():
    scene = scenario()
    scene.when(received(user_id=None))
    assert names(unknown(scene)) == ["IdentityFailed", "AdmissibilityDecided"]


def test_the_same_complaint_twice_is_taken_once():
    scene = scenario()
    scene.when(deposit())
    assert scene.when(deposit()) == []


def test_one_request_lists_all_that_is_missing_with_reminders_and_a_deadline():
    scene = scenario()
    scene.when(received(category_hint="deposit_withdrawal", contact=None))
    request = unknown(scene)[-1]
    assert isinstance(request, InfoRequested)
    assert request.items == ("user_id", "txid", "asset")
    assert request.reminders_at == (scene.now + 3 * DAY, scene.now + 6 * DAY)
    assert request.deadline_at == scene.now + 7 * DAY
    assert sorted(scene.state.due) == ["deadline", "reminder:1", "reminder:2"]


def test_an_account_found_by_the_contact_is_not_asked_for():
    scene = scenario()
    request = asked(scene, deposit(user_id=None, txid=None))
    assert request.items == ("txid",)
    decision = scene.when(message(txid=TXID))[-1]
    assert (decision.facts.user_id, decision.identity) == ("u1", "L0")


def test_what_stands_in_the_text_is_not_asked_for():
    scene = scenario()
    text = f"My deposit of 0.5 BTC has not arrived, txid {TXID}, UID: 77123"
    decision = asked(scene, received(text))
    assert decision.admissible
    assert (decision.facts.txid, decision.facts.asset) == (TXID, "BTC")
    assert decision.facts.user_id == "77123"


def test_a_field_is_never_overruled_by_the_text():
    scene = scenario()
    decision = asked(scene, deposit(description=facts("UID: 9999, all in ETH").description))
    assert (decision.facts.user_id, decision.facts.asset) == ("u1", "BTC")


def test_a_message_that_completes_the_complaint_admits_it():
    scene = scenario()
    asked(scene, deposit(txid=None, asset=None))
    provided, decision = scene.when(message(txid=TXID, asset="USDT", amount="0.50"))
    assert provided.supplied == {"txid": TXID, "asset": "USDT", "amount": "0.50"}
    assert decision.facts.amount == Decimal("0.50")
    assert (decision.facts.txid, decision.facts.asset) == (TXID, "USDT")
    assert scene.state.due == {}


def test_a_message_that_completes_a_part_leaves_the_rest_asked():
    scene = scenario()
    asked(scene, deposit(txid=None, asset=None))
    assert names(scene.when(message(f"It is {TXID}"))) == ["InfoProvided"]
    assert scene.elapse(3 * DAY) == [InfoReminded(items=("asset",), reminder=1)]
    assert names(scene.when(message("It was bitcoin"))) == ["InfoProvided", "AdmissibilityDecided"]


def test_a_message_without_facts_changes_nothing():
    scene = scenario()
    asked(scene, deposit(txid=None))
    assert scene.when(message("Any news?")) == []


def test_malformed_and_unknown_facts_in_a_message_are_left_out():
    scene = scenario()
    asked(scene, deposit(txid=None))
    assert scene.when(message(amount="lots", colour="red", address="x" * 201, order_id="")) == []


def test_a_corrected_fact_replaces_the_old_one():
    scene = scenario()
    asked(scene, deposit(txid=None, amount=Decimal(1)))
    assert scene.when(message(asset="BTC", amount="1.0")) == []
    scene.when(message(asset="ETH", amount="2"))
    assert (scene.state.facts.asset, scene.state.facts.amount) == ("ETH", Decimal(2))


def test_reminders_come_twice_and_the_deadline_decides_on_what_is_known():
    scene = scenario()
    asked(scene, deposit(txid=None))
    assert names(scene.elapse(6 * DAY)) == ["InfoReminded", "InfoReminded"]
    passed, decision = scene.elapse(DAY)
    assert passed.missing == ("txid",)
    assert (decision.admissible, decision.missing, decision.identity) == (True, ("txid",), "L1")
    assert scene.state.due == {}


def test_no_timer_fires_after_the_decision():
    scene = scenario()
    asked(scene, deposit(txid=None))
    scene.when(message(txid=TXID))
    assert scene.elapse(30 * DAY) == []


def test_a_message_after_the_decision_asks_nothing():
    scene = scenario()
    asked(scene, deposit())
    assert names(scene.when(message(txid="ab" * 32))) == ["CustomerWrote"]


def test_a_message_that_overtakes_its_complaint_is_noted_and_counted():
    scene = scenario()
    assert scene.when(message("Hello?")) == []
    assert names(scene.when(message(txid=TXID, amount="nothing"))) == ["InfoProvided"]
    decision = asked(scene, deposit(txid=None))
    assert decision.facts.txid == TXID


@pytest.mark.parametrize("asked_first", [True, False])
def test_a_withdrawn_complaint_is_asked_nothing_more(asked_first):
    scene = scenario()
    scene.when(deposit(txid=None))
    if asked_first:
        known(scene)
    assert names(scene.when(ComplaintWithdrawn())) == ["VerificationStopped"]
    assert scene.state.due == {}
    assert scene.when(message(txid=TXID)) == []
    assert scene.when(ComplaintWithdrawn()) == []


def test_a_withdrawal_that_overtakes_its_complaint_holds():
    scene = scenario()
    scene.when(ComplaintWithdrawn())
    assert scene.when(deposit()) == []


def test_a_withdrawal_after_the_decision_is_for_others_to_hear():
    scene = scenario()
    asked(scene, deposit())
    assert scene.when(ComplaintWithdrawn()) == []


def test_a_word_that_nobody_asked_for_is_passed_on_once_the_complaint_is_admitted():
    scene = scenario()
    scene.when(deposit())
    assert scene.when(message("Hello?")) == []
    known(scene)
    assert scene.when(message("Any news?")) == [CustomerWrote(received_at=START)]


def test_an_answer_to_a_question_is_no_word_of_its_own():
    scene = scenario()
    scene.when(deposit())
    known(scene)
    scene.when(InfoRequestSubmitted(staff="boss", roles=("supervisor",), items=("order_id",)))
    assert scene.state.waits
    assert names(scene.when(message("I have none."))) == []


@pytest.mark.parametrize("end", ["withdrawn", "inadmissible"])
def test_a_word_about_a_complaint_that_is_not_dealt_with_is_not_passed_on(end):
    scene = scenario()
    scene.when(deposit())
    scene.state = scene.state.model_copy(update={"ended": end, "due": {}})
    assert scene.when(message("Any news?")) == []


def test_a_withdrawals_own_number_stands_for_its_transaction():
    scene = scenario()
    assert names([asked(scene, deposit(txid=None, order_id="w-7"))]) == ["AdmissibilityDecided"]


def test_who_is_asked_for_a_transaction_may_give_the_withdrawals_number_instead():
    scene = scenario()
    assert asked(scene, deposit(txid=None)).items == ("txid",)
    decision = scene.when(message(order_id="w-7"))[-1]
    assert (decision.facts.order_id, decision.facts.txid) == ("w-7", None)
