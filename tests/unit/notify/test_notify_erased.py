"""Nothing new is said in a complaint whose key was destroyed."""

import pytest

from services.notify.commands import StaffMessage, message
from services.notify.decide import DECIDER
from shared.events.personal import DataKey
from shared.http.errors import ProblemError
from shared.http.tokens import Principal
from shared.pipeline import STAGES
from shared.policy import load
from shared.runner.door import Door
from shared.runner.keys import Keyring
from shared.runner.staff import hand_in
from shared.testing.memory import InMemoryInputs, InMemoryKeyStore, InMemoryLog, InMemoryStore
from shared.testing.scenario import COMPLAINT, START


async def test_a_message_on_an_erased_complaint_is_refused_with_the_rule():
    keys = InMemoryKeyStore({COMPLAINT: DataKey(COMPLAINT, None)})
    stage, inputs = STAGES["notify"], InMemoryInputs()
    keyring = Keyring(keys)
    door = Door(
        stage, DECIDER, InMemoryStore(), inputs, InMemoryLog(), keyring, policy=load("default")
    )
    data = message(StaffMessage(text="hello"), Principal("a", frozenset({"agent"})), START)

    with pytest.raises(ProblemError) as refused:
        await hand_in(door, COMPLAINT, data, "normal")

    assert (refused.value.status_code, refused.value.rule) == (422, "erased")
