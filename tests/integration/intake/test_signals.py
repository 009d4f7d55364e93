"""Signals of the exchange at the door: a case by themselves, one for an account, from it alone."""

import pytest

from tests.channels import line, signal
from tests.integration.intake.doors import door

__all__ = ["door"]
SIGNALS = "/v1/channels/exchange/signals"


async def test_a_signal_opens_a_case_of_its_account_on_the_express_lane(door):
    answer = await door.webhook(signal("new_device", language="es"), SIGNALS)
    (event,) = await door.inputs()
    facts = event.data.facts

    assert answer.status_code == 202
    assert answer.json().keys() == {"complaint_id", "reference"}
    assert (facts.channel, facts.user_id, facts.contact) == ("exchange", "u1", None)
    assert facts.subject.text == "Inicio de sesión inusual"
    assert (event.lane, event.actor) == ("express", "exchange:exchange")


async def test_a_burst_of_signals_is_one_case_for_each_account_and_none_is_lost(door):
    seen = [
        signal("new_device"),
        signal("drain", type="withdrawal.flagged"),
        signal("new_device", "u2"),
        signal("new_address", type="withdrawal.flagged"),
    ]
    found = [(await door.webhook(one, SIGNALS)).json()["complaint_id"] for one in seen]
    kinds = [type(event.data).__name__ for event in await door.inputs()]

    assert found[0] == found[1] == found[3] != found[2]
    assert sorted(kinds) == ["ComplaintSubmitted"] * 2 + ["MessageSubmitted"] * 2


async def test_the_same_webhook_twice_is_one_signal(door):
    sent = signal("new_device")
    first, again = [await door.webhook(sent, SIGNALS, id_="msg_1") for _ in range(2)]

    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json() == again.json()
    assert len(await door.inputs()) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        signal("drain"),
        signal("NEW_DEVICE"),
        signal("new_device", user_id=""),
        {"type": "login.flagged", "data": {"user_id": "u1", "code": "new_device", "at": "now"}},
        {"type": "login.flagged", "data": {"code": "new_device"}},
    ],
)
async def test_a_malformed_signal_is_refused_and_opens_nothing(door, wrong):
    answer = await door.webhook(wrong, SIGNALS)

    assert answer.status_code == 422
    assert await door.count("intake_inputs") == 0


async def test_an_unknown_type_is_kept_and_opens_nothing(door):
    answer = await door.webhook(signal("new_device", type="login.seen"), SIGNALS)

    assert (answer.status_code, answer.json()) == (202, {"handled": False})
    assert await door.count("intake_set_aside") == 1


async def test_no_other_account_signals_and_the_exchange_speaks_for_no_customer(door):
    assert (await door.webhook(signal("drain"), "/v1/channels/app/signals")).status_code == 401
    chat = "/v1/channels/exchange/messages"
    assert (await door.webhook(line("hello"), chat)).status_code == 401
