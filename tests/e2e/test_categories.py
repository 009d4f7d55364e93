"""One complaint for each playbook, from the door to the decision, with what the exchange shows."""

from dataclasses import replace
from decimal import Decimal
from importlib.resources import files

import pytest
import pytest_asyncio
import yaml

from tests.demo.world import TIP, Case

pytestmark = [pytest.mark.timeout(200), pytest.mark.usefixtures("evidence")]
WALLET = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
TEXT = files("tests.e2e").joinpath("categories.yaml").read_text("utf-8")
CASES = {row["wants"]: Case(**row) for row in yaml.safe_load(TEXT)}
PERSON = {"withdrawal_on_hold"}
PAYING = ["withdrawal_failed", "slippage_excess"]
AGAIN = "Nobody has answered me about this yet, so I write once more: "


@pytest_asyncio.fixture(scope="module")
async def lived(running):
    """Every complaint by its finding."""
    await running.world.create(list(CASES.values()))
    (sent,) = CASES["withdrawal_completed"].shows
    payment = {"vout": [{"address": WALLET, "value": 30_000_000}], "height": TIP - 5}
    path = f"/sandbox/transactions/{sent['txid']}"
    (await running.world.http.put(path, json=payment)).raise_for_status()
    return {one.case.wants: one for one in await running.submit(list(CASES.values()))}


@pytest_asyncio.fixture(scope="module")
async def again(running, lived):
    """The two that are paid, asked for once more in other words once all are closed."""
    assert await running.closed(list(lived.values()), 100) == {}
    cases = [CASES[name] for name in PAYING]
    made = await running.submit([replace(c, text=AGAIN + c.text) for c in cases])
    return {one.case.wants: one for one in made}


@pytest_asyncio.fixture(scope="module")
async def evidence(running, again):
    """What is left when all have come to their end."""
    assert await running.closed(list(again.values()), 60) == {}
    return await running.at_rest()


def track(running, one):
    return running.watch.tracks[one.id]


@pytest.mark.parametrize("finding", sorted(CASES.keys() - PERSON))
async def test_a_complaint_is_decided_by_its_playbook(running, lived, finding):
    story = track(running, lived[finding])

    assert story.of("decision-made")[0].data.finding == finding
    assert story.of("work-item-opened") == []
    assert story.decided


async def test_a_withdrawal_on_hold_is_decided_by_a_person(running, lived):
    story = track(running, lived["withdrawal_on_hold"])

    assert story.last("finding-recorded").finding == "withdrawal_on_hold"
    assert story.last("work-item-opened").reason == "withdrawal-on-hold"
    assert story.last("decision-made").finding == "checked_by_person"


@pytest.mark.parametrize(
    ("finding", "pay", "then"),
    [
        ("withdrawal_failed", ("credit", Decimal("0.4002")), ("withdrawal_failed", [None])),
        ("slippage_excess", ("compensate", Decimal(28)), ("double_claim", [])),
    ],
)
async def test_what_is_owed_is_paid_once_however_often_it_is_asked_for(
    running, again, evidence, finding, pay, then
):
    user = CASES[finding].user
    paid = [
        (row["action"], Decimal(row["order"]["amount"]))
        for row in evidence.ledger
        if row["user_id"] == user
    ]

    assert paid == [pay]
    second = track(running, again[finding]).of("decision-made")[0].data
    assert (second.finding, [remedy.amount for remedy in second.remedies]) == then


async def test_a_delayed_withdrawal_is_made_up_for_by_the_formula(evidence):
    user = CASES["withdrawal_delayed"].user
    paid = [row["order"] for row in evidence.ledger if row["user_id"] == user]

    assert [(p["amount"], p["reference"]) for p in paid] == [
        ("0.00040000", "withdrawal|W-4002|delay")
    ]


async def test_the_letter_of_an_arrived_withdrawal_names_its_transaction(running, lived):
    case = lived["withdrawal_completed"].case
    letters = await running.world.mails(case.email)

    assert any(case.shows[0]["txid"] in letter for letter in letters)


async def test_nobody_around_the_playbooks_was_refused_anything(running):
    assert running.people.faults == []
