"""An emergency told after the admission; a proof for an account that was only named."""

import pytest

from shared.events.verification import InfoRequestSubmitted
from tests.unit.resolution.builders import kinds
from tests.unit.resolution.test_proof_reaches_payment import Line
from tests.unit.verification.complaints import deposit, known, message, names, scenario, unknown
from tests.unit.verification.test_verification_identity import raised
from tests.unit.verification.test_verification_levels import proof

HACKED = "My account was hacked and somebody is withdrawing my coins right now!"


@pytest.mark.parametrize("asked", [False, True])
def test_an_emergency_in_a_follow_up_to_an_admitted_case_freezes(asked):
    line = Line()
    line.verification.when(deposit())
    list(line.told(known(line.verification)))
    if asked:
        line.verification.when(
            InfoRequestSubmitted(staff="ada", roles=("agent",), items=("order_id",))
        )
    timers = line.verification.state.timers()
    for scene in (line.verification, line.triage, line.resolution):
        raised(scene)
    assert "EffectRequested" in kinds(list(line.told(line.verification.when(message(HACKED)))))
    assert line.triage.state.emergency
    assert line.verification.state.timers() == timers
    assert "AdmissibilityDecided" not in names(line.verification.when(message(HACKED)))


def test_a_proof_for_the_named_account_is_accepted_where_the_mailbox_is_anothers():
    scene = scenario()
    scene.when(deposit())
    unknown(scene, contact_elsewhere=True)
    (event,) = scene.when(proof())
    assert (event.user_id, event.level) == ("u1", "L2")
