"""From the proof that staff record to the payment that waited for it, over three stages."""

import pytest

from services.intake.verification.decide import DECIDER as VERIFICATION
from services.triage.decide import DECIDER as TRIAGE
from shared.events.verification import ProofSubmitted
from shared.pipeline import STAGES
from shared.testing.scenario import Scenario
from tests.unit.resolution.builders import credit, kinds, proposal, unproved
from tests.unit.verification.complaints import deposit, known, message


class Line:
    """Verification, triage and resolution, each fed what the one before it said."""

    def __init__(self):
        self.verification = Scenario(STAGES["verification"], VERIFICATION)
        self.triage = Scenario(STAGES["triage"], TRIAGE)
        self.resolution = unproved()

    def told(self, events):
        for event in events:
            if type(event) in TRIAGE.decide_table:
                for passed in self.triage.when(event):
                    if type(passed) in self.resolution.decider.decide_table:
                        yield from self.resolution.when(passed)


@pytest.fixture
def line():
    made = Line()
    made.verification.when(deposit())
    return made


def test_a_proof_that_staff_record_sets_the_payment_going_that_waited_for_it(line):
    list(line.told(known(line.verification, contact_matches=False)))
    waits = line.resolution.when(proposal(credit(user_id="u1")))
    proof = ProofSubmitted(staff="ada", roles=("agent",), proof="second_factor", user_id="u1")
    goes_on = list(line.told(line.verification.when(proof)))

    assert kinds(waits) == ["ProposalNoted", "IdentityAwaited"]
    assert kinds(goes_on) == ["CaseNoted", "EffectRequested"]


@pytest.mark.parametrize(
    ("session", "step"), [("u1", ["CaseNoted", "EffectRequested"]), ("u2", []), (None, [])]
)
def test_a_message_from_a_session_of_the_account_sets_the_payment_going(line, session, step):
    list(line.told(known(line.verification, contact_matches=False)))
    line.resolution.when(proposal(credit(user_id="u1")))
    written = message().model_copy(update={"session": session})

    assert kinds(list(line.told(line.verification.when(written)))) == step


def test_who_named_the_account_and_holds_its_contact_waits_for_nothing(line):
    list(line.told(known(line.verification)))

    paid = line.resolution.when(proposal(credit(user_id="u1")))
    assert kinds(paid) == ["ProposalNoted", "EffectRequested"]
