from datetime import timedelta

import pytest

from shared.events.personal import Personal
from shared.events.verification import (
    AccountLookedUp,
    IdentityFailed,
    IdentityVerified,
    InadmissibleRefused,
    InadmissibleSubmitted,
    InfoReminded,
    InfoRequested,
)
from tests.unit.verification.complaints import (
    TXID,
    deposit,
    known,
    message,
    names,
    received,
    scenario,
    unknown,
)


def raised(scene):
    """The runner has put the complaint on the express lane."""
    scene.state = scene.state.model_copy(update={"lane": "express"})


def differing(**fields):
    scene = scenario()
    scene.when(deposit(**fields))
    return scene, unknown(scene, contact_elsewhere=True)


def command(*roles, expected=0):
    return InadmissibleSubmitted(
        staff="ada",
        roles=roles or ("agent",),
        reasons=("not_a_client",),
        expected_sequence=expected,
    )


def test_an_emergency_is_admitted_at_once_whatever_is_missing():
    scene = scenario()
    started, decision = scene.when(deposit(txid=None, danger=True))
    assert started.funds_in_danger
    assert (decision.emergency, decision.identity, decision.missing) == (True, "L0", ("txid",))


def test_a_complaint_on_the_express_lane_is_an_emergency():
    scene = scenario()
    raised(scene)
    assert scene.when(deposit())[-1].emergency


def test_the_account_of_an_emergency_is_told_when_it_is_found():
    scene = scenario()
    scene.when(deposit(danger=True))
    assert names(known(scene)) == ["IdentityVerified"]
    assert scene.state.due == {}


def test_a_message_that_raises_the_lane_ends_the_waiting():
    scene = scenario()
    scene.when(deposit(txid=None))
    known(scene)
    raised(scene)
    (decision,) = scene.when(message("Somebody is emptying my account"))
    assert (decision.emergency, decision.identity, decision.missing) == (True, "L1", ("txid",))
    assert scene.elapse(timedelta(days=30)) == []


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        ({}, "unknown_account"),
        ({"matches": 2}, "several_accounts"),
        ({"contact_elsewhere": True}, "contact_differs"),
    ],
)
def test_no_one_account_is_a_failed_identity(found, reason):
    scene = scenario()
    scene.when(received())
    identity = unknown(scene, **found)[0]
    assert identity == IdentityFailed(reason=reason)


@pytest.mark.parametrize(
    ("user_id", "contact_matches", "level"),
    [("u1", True, "L1"), ("u1", False, "L0"), (None, True, "L0")],
)
def test_only_a_named_account_that_holds_the_contact_is_proof(user_id, contact_matches, level):
    scene = scenario()
    scene.when(received(user_id=user_id))
    identity, decision = known(scene, contact_matches=contact_matches)
    assert (identity.level, decision.identity) == (level, level)


def test_a_contact_of_another_account_has_the_user_id_asked_in_the_usual_words():
    scene, events = differing(txid=None)
    assert names(events) == ["IdentityFailed", "InfoRequested"]
    assert events[1].items == ("user_id", "txid")
    assert scene.state.user_id is None


def test_a_differing_contact_matters_only_where_an_account_is_needed():
    scene = scenario()
    scene.when(received(user_id="u1", category_hint="product_suggestion"))
    assert names(unknown(scene, contact_elsewhere=True))[-1] == "AdmissibilityDecided"


@pytest.mark.parametrize("answer", [message(user_id="77001"), message("My UID: 77001, really")])
def test_the_same_user_id_said_again_is_accepted_without_proof(answer):
    scene, _ = differing(user_id="77001")
    provided, decision = scene.when(answer)
    assert provided.supplied == {"user_id": "77001"}
    assert (decision.admissible, decision.identity) == (True, "L0")


def test_another_user_id_is_looked_up_before_anything_is_decided():
    scene, _ = differing()
    assert names(scene.when(message(user_id="u2"))) == ["InfoProvided"]
    assert scene.due("account").kind == "look_up_account"
    identity, decision = known(scene, "u2")
    assert (identity.level, decision.identity, decision.facts.user_id) == ("L1", "L1", "u2")


def test_a_second_user_id_that_differs_too_is_not_asked_about_again():
    scene, _ = differing()
    scene.when(message(user_id="u2"))
    events = unknown(scene, contact_elsewhere=True)
    assert names(events) == ["IdentityFailed", "AdmissibilityDecided"]


def test_an_answer_to_an_old_look_up_is_ignored():
    scene, _ = differing()
    scene.when(message(user_id="u2"))
    old = scene.due("account")
    scene.when(message(user_id="u3"))
    late = AccountLookedUp(key=old.key, put_by=old.event, matches=1, user_id="u2")
    assert scene.when(late) == []
    assert "account" in scene.state.due


def test_a_second_look_up_never_asks_twice():
    scene, _ = differing(txid=None)
    scene.when(message(user_id="u2"))
    assert names(known(scene, "u2")) == ["IdentityVerified"]
    assert names(scene.when(message(txid=TXID))) == ["InfoProvided", "AdmissibilityDecided"]


def test_facts_that_come_during_a_look_up_wait_for_it():
    scene = scenario()
    scene.when(deposit(txid=None))
    assert names(scene.when(message(txid=TXID))) == ["InfoProvided"]
    assert names(known(scene)) == ["IdentityVerified", "AdmissibilityDecided"]


def test_a_reminder_during_a_second_look_up_repeats_what_was_asked():
    scene, events = differing()
    assert isinstance(events[1], InfoRequested)
    scene.when(message(user_id="u2"))
    assert scene.elapse(timedelta(days=3)) == [InfoReminded(items=("user_id",), reminder=1)]


def test_staff_may_decide_that_a_complaint_is_inadmissible():
    scene = scenario()
    scene.when(deposit(txid=None))
    known(scene)
    (decision,) = scene.when(command())
    assert (decision.admissible, decision.reasons) == (False, ("not_a_client",))
    assert (decision.decided_by, decision.missing, decision.identity) == ("ada", ("txid",), "L1")
    assert scene.state.due == {}


def refused(scene, data):
    (event,) = scene.when(data)
    assert isinstance(event, InadmissibleRefused)
    assert event.staff == "ada"
    assert event.input_id
    return event.rule


def test_a_role_too_low_is_refused():
    scene = scenario()
    scene.when(deposit())
    assert refused(scene, command("auditor", "submitter")) == "role-too-low"


def test_a_complaint_that_is_not_there_yet_is_refused():
    assert refused(scenario(), command()) == "not-received"


def test_a_second_decision_is_refused():
    scene = scenario()
    scene.when(deposit())
    known(scene)
    assert refused(scene, command()) == "already-decided"


def test_what_the_person_has_not_seen_is_refused():
    scene = scenario()
    scene.when(deposit(txid=None))
    known(scene)
    assert refused(scene, command(expected=scene.state.sequence - 1)) == "case-moved-on"
    assert not scene.when(command(expected=scene.state.sequence))[0].admissible


def test_the_code_of_our_mails_is_handed_on_with_the_account():
    scene = scenario()
    scene.when(received(user_id="u1"))
    found = {"matches": 1, "user_id": "u1", "anti_phishing_code": Personal("heron")}
    told = scene.result("account", AccountLookedUp, **found)

    (event,) = (e for e in told if isinstance(e, IdentityVerified))
    assert event.anti_phishing_code == Personal("heron")
