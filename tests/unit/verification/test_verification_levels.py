import pytest

from services.intake.verification.decide import DECIDER
from shared.events.verification import IdentityVerified, ProofRefused, ProofSubmitted
from shared.pipeline import STAGES
from shared.policy import load
from shared.testing.scenario import Scenario
from tests.unit.verification.complaints import deposit, known, message, scenario, unknown

POLICY = load("default").identity


def proof(code="second_factor", user_id="u1", *roles, expected=0):
    return ProofSubmitted(
        staff="ada",
        roles=roles or ("agent",),
        proof=code,
        user_id=user_id,
        expected_sequence=expected,
    )


def proved():
    """A complaint of a proved customer that waits for a transaction."""
    scene = scenario()
    scene.when(deposit(txid=None))
    known(scene)
    return scene


def signed_in(**fields):
    scene = scenario()
    scene.when(deposit(**fields).model_copy(update={"session": "u1"}))
    return scene


@pytest.mark.parametrize(
    ("level", "allowed", "refused"),
    [
        ("L0", "freeze_for_a_day", "freeze"),
        ("L1", "be_paid", "change_contact"),
        ("L0", "follow_status", "be_paid"),
        ("L1", "freeze", "receive_data"),
        ("L2", "receive_data", "unfreeze"),
        ("L3", "unfreeze", None),
    ],
)
def test_each_level_allows_what_the_table_says_and_all_below(level, allowed, refused):
    found = POLICY.allows(level)
    assert allowed in found
    assert refused not in found
    assert "follow_status" in found


def test_an_unfreeze_needs_more_proof_than_a_freeze():
    assert POLICY.actions["unfreeze"] > POLICY.actions["freeze"]


@pytest.mark.parametrize("policy", ["default", "demo"])
@pytest.mark.parametrize(
    ("code", "level"), [("second_factor", "L2"), ("documents_and_liveness", "L3")]
)
def test_a_proof_gives_the_level_of_the_table_and_what_it_allows(policy, code, level):
    scene = Scenario(STAGES["verification"], DECIDER, policy)
    scene.when(deposit(txid=None))
    known(scene)
    (event,) = scene.when(proof(code))
    assert event == IdentityVerified(
        user_id="u1", level=level, proof=code, allows=scene.policy.identity.allows(level)
    )
    assert scene.state.identity == level


def test_the_decision_says_what_may_be_done():
    scene = proved()
    scene.when(proof("documents_and_liveness"))
    decision = scene.when(message(txid="ab" * 32))[-1]
    assert decision.identity == "L3"
    assert "unfreeze" in decision.allows


def test_a_proof_may_come_after_the_decision():
    scene = scenario()
    scene.when(deposit())
    known(scene)
    assert scene.when(proof())[0].level == "L2"


def test_a_level_is_not_lent_to_an_account_that_is_named_later():
    scene = proved()
    scene.when(proof("documents_and_liveness"))
    scene.when(message(user_id="u2"))
    decision = scene.elapse(scene.policy.verification.deadline)[-1]
    assert (decision.facts.user_id, decision.identity) == ("u2", "L0")
    assert "be_paid" not in decision.allows


def test_a_session_proves_the_account_without_a_contact():
    scene = signed_in()
    verified = known(scene, contact_matches=False)[0]
    assert (verified.level, verified.proof) == ("L1", "session")


def test_a_session_of_another_account_proves_nothing():
    scene = signed_in(user_id="u2")
    assert known(scene, "u2", contact_matches=False)[0].level == "L0"


def test_a_second_look_at_the_same_account_keeps_the_level():
    scene = proved()
    scene.when(proof("documents_and_liveness"))
    scene.when(message(user_id="u2"))
    scene.when(message(user_id="u1"))
    assert known(scene)[0].level == "L3"


def test_another_account_begins_without_the_proofs_of_the_first():
    scene = proved()
    scene.when(proof("documents_and_liveness"))
    scene.when(message(user_id="u2"))
    assert known(scene, "u2")[0].level == "L1"


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (proof("second_factor", "u1", "auditor"), "role-too-low"),
        (proof("a_nice_voice"), "unknown-proof"),
        (proof(user_id="u9"), "another-account"),
        (proof("contact_of_account"), "proved-already"),
        (proof(expected=1), "case-moved-on"),
    ],
)
def test_a_proof_that_does_not_fit_is_refused(command, rule):
    scene = proved()
    (event,) = scene.when(command)
    assert isinstance(event, ProofRefused)
    assert (event.rule, event.staff) == (rule, "ada")
    assert scene.state.identity == "L1"


def test_a_proof_without_a_complaint_or_an_account_is_refused():
    assert scenario().when(proof())[0].rule == "not-received"
    scene = scenario()
    scene.when(deposit())
    unknown(scene)
    assert scene.when(proof())[0].rule == "no-account"


def written(session):
    """A message from a channel that saw the writer signed in to an account."""
    return message().model_copy(update={"session": session})


@pytest.fixture
def named():
    """A complaint that names an account from an unknown mailbox."""
    scene = scenario()
    scene.when(deposit())
    known(scene, contact_matches=False)
    return scene


def test_writing_from_a_session_of_the_account_proves_it_as_the_letter_says(named):
    events = named.when(written("u1"))

    (told,) = [event for event in events if isinstance(event, IdentityVerified)]
    assert (told.user_id, told.level, told.proof) == ("u1", "L1", "session")
    assert named.state.identity == "L1"


@pytest.mark.parametrize("session", [None, "u2"])
def test_no_session_and_another_accounts_session_prove_nothing(named, session):
    events = named.when(written(session))

    assert not [event for event in events if isinstance(event, IdentityVerified)]
    assert named.state.identity == "L0"


def test_a_session_is_told_once_and_lowers_nothing():
    scene = proved()
    scene.when(proof())

    events = scene.when(written("u1"))

    assert not [event for event in events if isinstance(event, IdentityVerified)]
    assert scene.state.identity == "L2"


def test_a_session_of_the_earlier_account_leaves_the_look_up_of_another_owed():
    scene = scenario()
    scene.when(deposit(txid=None))
    known(scene, contact_matches=False)
    scene.when(message(user_id="u2"))
    assert "account" in scene.state.due

    scene.when(written("u1"))

    assert "account" in scene.state.due


def test_a_session_names_the_account_that_nobody_named_and_proves_it():
    scene = scenario()
    scene.when(deposit(user_id=None))
    unknown(scene)

    scene.when(written("u1"))
    known(scene, contact_matches=False)

    assert (scene.state.user_id, scene.state.identity) == ("u1", "L1")
    assert scene.state.proof == "session"
