"""A person's complaints on a real Kafka and a real MongoDB: found, and erased by two people."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from services.intake.persons.index import COLLECTION, People, people
from shared.errors import TransientError
from shared.http.tokens import issue
from tests.integration.intake.test_linking import KEY, intake, until

__all__ = ["intake"]
PERSON = "carol@customers.example"


def headers(who="privacy-1", role="privacy"):
    token = issue(KEY, who, role, datetime.now(UTC), timedelta(minutes=5))
    return {"Authorization": f"Bearer {token}"}


async def asked(intake, what="complaints", person=PERSON, who="privacy-1", **more):
    body = {"person": person, **more}
    return await intake.http.post(f"/v1/persons/{what}", json=body, headers=headers(who))


async def standings(intake, person=PERSON):
    answer = (await asked(intake, person=person)).json()
    return {one["complaint_id"]: one["standing"] for one in answer["complaints"]}


async def stand(intake, expected):
    await until(partial(standings, intake), lambda found: found == expected)


@pytest.fixture
async def made(intake):
    """Three complaints of one person, written in two ways, and one of somebody else."""
    addresses = (PERSON, PERSON.upper(), PERSON, "dave@customers.example")
    found = [
        await intake.form(contact_email=address, order_id=f"O-{n}")
        for n, address in enumerate(addresses)
    ]
    await intake.rests(*found)
    await stand(intake, dict.fromkeys(found[:3], "kept"))
    return found


async def erase(intake, who):
    answer = await asked(intake, "erase", who=who, reason="customer-asked")
    assert answer.status_code == 202
    return sorted(answer.json()["answers"].values())


async def test_two_people_erase_all_but_what_is_held(intake, made):
    one, two, held, other = made
    await intake.http.post(f"/v1/cases/{held}/hold", json={"reason": "court"}, headers=headers())
    await stand(intake, {one: "kept", two: "kept", held: "held"})

    assert await erase(intake, "privacy-1") == ["accepted", "accepted", "on-hold"]
    await stand(intake, {one: "asked", two: "asked", held: "held"})
    assert await erase(intake, "privacy-1") == ["on-hold", "same-person", "same-person"]
    assert await erase(intake, "privacy-2") == ["accepted", "accepted", "on-hold"]
    await stand(intake, {held: "held"})

    rows = intake.wiring.database["intake"]
    gone = await rows.distinct("_id", {"state.erasure.erased": True})
    assert sorted(gone) == sorted([one, two])
    assert await standings(intake, "dave@customers.example") == {other: "kept"}


async def test_an_account_finds_those_complaints_alone_whose_writer_proved_to_hold_it(intake, made):
    rows = intake.wiring.database["verification"]
    for complaint, identity in zip(made[:3], ("L0", "L1", "L3"), strict=True):
        known = {"state.user_id": "u-9", "state.identity": identity}
        await rows.update_one({"_id": complaint}, {"$set": known})

    assert await standings(intake, "u-9") == dict.fromkeys(made[1:3], "kept")
    assert await standings(intake, "u-8") == {}
    opened = {"state.user_id": "u-8", "state.identity": "L0", "state.signalled": True}
    await rows.update_one({"_id": made[3]}, {"$set": opened})
    assert await standings(intake, "u-8") == {made[3]: "kept"}
    assert (await asked(intake)).json()["accounts"] == ["u-9"]


async def test_the_next_page_begins_behind_a_complaint(intake, made):
    first, *others = sorted(made[:3])
    page = (await asked(intake, after=first)).json()
    assert [one["complaint_id"] for one in page["complaints"]] == others
    assert page["after"] is None


async def test_no_other_role_and_nobody_without_a_token_asks(intake):
    for what in ("complaints", "erase"):
        path, body = f"/v1/persons/{what}", {"person": PERSON, "reason": "x"}
        for role, status in (("admin", 403), ("supervisor", 403)):
            sent = await intake.http.post(path, json=body, headers=headers("a", role))
            assert sent.status_code == status
        assert (await intake.http.post(path, json=body)).status_code == 401


@pytest.mark.parametrize("person", ["", "two words", "x" * 321, None, 7])
async def test_what_is_no_person_is_refused_without_an_echo(intake, person):
    answer = await asked(intake, person=person)
    assert answer.status_code == 422
    assert "two words" not in answer.text


async def test_the_index_holds_no_address_and_is_made_of_what_was_there_before(intake, made):
    rows = intake.wiring.database[COLLECTION]
    assert "carol" not in str(await rows.find().to_list(None)).casefold()
    await rows.delete_many({})
    index = people(intake.wiring)
    with pytest.raises(TransientError):
        await index.of(PERSON, "", 10)

    await index.fill()

    assert await index.of(PERSON, "", 10) == sorted(made[:3])
    again = People(intake.wiring.database, intake.wiring.keyring, "cd" * 32)
    await again.fill()
    assert await again.of(PERSON, "", 10) == sorted(made[:3])


async def test_what_is_erased_while_it_is_noted_is_not_found_again(intake, made):
    index, (one, *_) = people(intake.wiring), made
    await intake.wiring.keyring.destroy(one)
    await index.forget([one])
    await index.keep({one: PERSON})
    assert await index.of(PERSON, "", 10) == sorted(made[1:3])
