from datetime import timedelta

import pytest

from services.intake.verification.decide import DECIDER
from shared.events.intake import ComplaintWithdrawn
from shared.events.verification import (
    AccountLookedUp,
    InadmissibleSubmitted,
    InfoDeadlinePassed,
    InfoRefused,
    InfoReminded,
    InfoRequested,
    InfoRequestSubmitted,
)
from shared.pipeline import STAGES
from shared.policy import load
from shared.testing.scenario import Scenario
from tests.unit.verification.complaints import TXID, deposit, known, message, names, scenario

DAY = timedelta(days=1)


def ask(*items, roles=("agent",), expected=0):
    return InfoRequestSubmitted(staff="ada", roles=roles, items=items, expected_sequence=expected)


def inadmissible(*reasons):
    return InadmissibleSubmitted(staff="ada", roles=("agent",), reasons=reasons)


def waiting():
    """A complaint that waits for its transaction."""
    scene = scenario()
    scene.when(deposit(txid=None))
    known(scene)
    return scene


def admitted():
    scene = scenario()
    scene.when(deposit())
    known(scene)
    return scene


def test_a_persons_question_joins_the_open_list_and_its_own_deadline():
    scene = waiting()
    scene.elapse(DAY)
    (request,) = scene.when(ask("amount"))
    assert isinstance(request, InfoRequested)
    assert (request.items, request.staff) == (("txid", "amount"), "ada")
    assert request.deadline_at == scene.now + 7 * DAY


def test_what_was_asked_beside_is_waited_for_too():
    scene = waiting()
    scene.when(ask("amount"))
    assert names(scene.when(message(txid=TXID))) == ["InfoProvided"]
    assert scene.elapse(3 * DAY) == [InfoReminded(items=("amount",), reminder=1)]
    assert names(scene.when(message("It was 0.5"))) == ["InfoProvided", "AdmissibilityDecided"]


def test_at_the_deadline_it_is_decided_without_what_a_person_asked():
    scene = waiting()
    scene.when(ask("amount"))
    *_, passed, decision = scene.elapse(7 * DAY)
    assert passed.missing == decision.missing == ("txid", "amount")


def test_a_question_after_the_decision_is_answered_and_decides_nothing_again():
    scene = admitted()
    assert scene.when(ask("order_id", "amount"))[0].items == ("order_id", "amount")
    (provided,) = scene.when(message("The order was O-5005"))
    assert provided.supplied == {"order_id": "O-5005"}
    assert scene.elapse(3 * DAY) == [InfoReminded(items=("amount",), reminder=1)]
    scene.when(message(amount="2"))
    assert scene.state.due == {}


def test_a_question_after_the_decision_that_nobody_answers_ends():
    scene = admitted()
    scene.when(ask("order_id"))
    assert scene.elapse(8 * DAY)[-1] == InfoDeadlinePassed(missing=("order_id",))
    assert scene.state.due == {}
    assert names(scene.when(message(order_id="7001"))) == ["CustomerWrote"]


@pytest.mark.parametrize(
    ("items", "rule", "refused"),
    [
        (("asset",), "already-given", ("asset",)),
        (("amount", "user_id"), "already-given", ("user_id",)),
        (("txid",), "already-asked", ("txid",)),
        (("email", "phone", "amount"), "held-internally", ("email", "phone")),
        (("logins",), "held-internally", ("logins",)),
        (("password",), "no-such-item", ("password",)),
    ],
)
def test_what_we_hold_or_asked_or_must_not_know_is_never_asked(items, rule, refused):
    scene = waiting()
    (event,) = scene.when(ask(*items))
    assert isinstance(event, InfoRefused)
    assert (event.rule, event.items, event.staff) == (rule, refused, "ada")


def test_what_was_given_in_a_message_is_never_asked_again():
    scene = waiting()
    scene.when(message(amount="0.5"))
    assert scene.when(ask("amount"))[0].rule == "already-given"


def test_an_account_that_the_directory_found_is_never_asked():
    scene = scenario()
    scene.when(deposit(user_id=None, txid=None))
    known(scene)
    assert scene.when(ask("user_id"))[0].rule == "already-given"


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (ask("amount", roles=("auditor",)), "role-too-low"),
        (ask("amount", expected=1), "case-moved-on"),
    ],
)
def test_a_question_that_does_not_fit_is_refused(command, rule):
    assert waiting().when(command)[0].rule == rule


def test_nothing_is_asked_where_nothing_goes_on():
    assert scenario().when(ask("amount"))[0].rule == "not-received"
    scene = waiting()
    scene.when(ComplaintWithdrawn())
    assert scene.when(ask("amount"))[0].rule == "already-withdrawn"
    scene = waiting()
    scene.when(inadmissible("spam"))
    assert scene.when(ask("amount"))[0].rule == "already-inadmissible"


def test_what_the_ledger_knows_is_not_asked():
    scene = scenario()
    scene.when(deposit(txid=None, asset=None).model_copy(update={"session": "u1"}))
    found = {"matches": 1, "user_id": "u1", "contact_matches": True}
    who, decision = scene.result(
        "account", AccountLookedUp, **found, held={"txid": TXID, "asset": "BTC"}
    )
    assert who.held == {"txid": TXID, "asset": "BTC"}
    assert (decision.facts.txid, decision.missing) == (TXID, ())


@pytest.mark.parametrize("contact_matches", [False, True])
def test_what_the_ledger_knows_is_told_to_nobody_who_typed_an_id_and_a_contact(contact_matches):
    scene = scenario()
    scene.when(deposit(txid=None))
    found = {"matches": 1, "user_id": "u1", "contact_matches": contact_matches}
    who, request = scene.result("account", AccountLookedUp, **found, held={"txid": TXID})
    assert (who.held, request.items) == ({}, ("txid",))


def test_reasons_that_no_letter_has_words_for_are_refused():
    scene = waiting()
    assert scene.when(inadmissible("not_a_client", "i_am_tired"))[0].rule == "unknown-reason"


@pytest.mark.parametrize("reason", load("default").verification.inadmissible)
def test_each_known_reason_ends_the_waiting(reason):
    scene = waiting()
    (decision,) = scene.when(inadmissible(reason))
    assert (decision.admissible, decision.reasons) == (False, (reason,))
    assert scene.elapse(30 * DAY) == []


def test_a_withdrawal_says_why_nothing_is_asked_any_more():
    (stopped,) = waiting().when(ComplaintWithdrawn())
    assert stopped.reason == "withdrawn"


def test_a_short_policy_reminds_and_decides_in_its_own_times():
    scene = Scenario(STAGES["verification"], DECIDER, "demo")
    scene.when(deposit(txid=None))
    known(scene)
    assert scene.elapse(timedelta(seconds=19)) == []
    assert names(scene.elapse(timedelta(seconds=1))) == ["InfoReminded"]
    assert names(scene.elapse(timedelta(seconds=40))) == [
        "InfoReminded",
        "InfoDeadlinePassed",
        "AdmissibilityDecided",
    ]
