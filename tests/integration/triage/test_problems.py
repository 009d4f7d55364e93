"""Many complaints about one thing, among those that really stand in the database."""

from datetime import timedelta
from uuid import uuid4

import pytest

from services.triage.decide import DECIDER
from services.triage.main import parts
from services.triage.problems.telling import AT_ONCE
from services.triage.work import work
from shared.envelope import read
from shared.events.triage import (
    MembersInformed,
    ProblemFixNoticed,
    ProblemFixSubmitted,
    ProblemNoticed,
)
from shared.pipeline import STAGES
from shared.policy import MOST_ALIKE
from shared.runner.door import Door
from shared.runner.due import Claim
from shared.runner.ports import Document
from tests.unit.triage.stage_cases import MISSING, classified, found

THING = {"asset": "BTC", "network": "bitcoin"}


@pytest.fixture
async def desk(wiring, log):
    """What triage works with: its indexes are there, its door is open."""
    triage = parts(wiring)
    await wiring.stores["triage"].prepare(triage.indexes)
    await wiring.inputs["triage"].prepare()
    ports = (wiring.stores["triage"], wiring.inputs["triage"], log, wiring.keyring)
    wiring.doors["triage"] = Door(STAGES["triage"], DECIDER, *ports, policy=wiring.policy)
    return wiring


def case_of(user, **told):
    return classified(MISSING, user_id=user, **{**THING, **told})


async def stand(wiring, cases):
    """The cases are in the database, by id."""
    ids = {str(uuid4()): case for case in cases}
    documents = [Document(id_, case.state, rev=1) for id_, case in ids.items()]
    assert await wiring.stores["triage"].write(documents) == set()
    for id_ in ids:
        await wiring.keyring.create(id_)
    return ids


async def looked(wiring, id_, case):
    """What the look for an assignee tells of the case, which then knows it."""
    claim = Claim(id_, case.due("assign:1"), case.state, case.now)
    (result,) = await work(wiring)["find_assignee"]([claim])
    found(case, result.assignee, surge=result.surge)
    return result.surge


async def told(wiring, id_, case, what):
    """One part of telling the others."""
    item = case.due(f"members:{what}")
    (result,) = await work(wiring)["tell_members"]([Claim(id_, item, case.state, case.now)])
    case.result(item.key, MembersInformed, told=result.told, last=result.last)
    return result.told


async def news(wiring, kind):
    """What the others' inputs hold, by complaint."""
    rows = await wiring.inputs["triage"].rows.find({}).to_list(None)
    records = [read(bytes(row["value"]), []) for row in rows]
    return {one.subject: one.data for one in records if isinstance(one.data, kind)}


async def test_the_fifth_person_s_case_opens_a_problem_and_the_others_are_told_once(desk):
    others = await stand(desk, [case_of(f"u{n}") for n in range(4)])
    await stand(desk, [case_of("u8", asset="ETH"), case_of("u9", network="lightning")])
    case = case_of("u5")
    ((id_, _),) = (await stand(desk, [case])).items()

    surge = await looked(desk, id_, case)
    await told(desk, id_, case, "opened")

    assert not surge.known
    said = await news(desk, ProblemNoticed)
    assert said.keys() == others.keys()
    assert {one.problem_id for one in said.values()} == {surge.problem_id}


async def test_four_cases_or_five_of_one_person_are_chance(desk):
    await stand(desk, [case_of(f"u{n}") for n in range(3)])
    await stand(desk, [case_of("u3") for _ in range(5)])
    case = case_of("u3")

    assert await looked(desk, str(uuid4()), case) is None


async def test_one_person_who_writes_again_and_again_hides_nobody(desk):
    others = [case_of(f"u{n}") for n in range(4)]
    for case in others:
        early = case.now - timedelta(minutes=1)
        case.state = case.state.model_copy(update={"classified_at": early})
    await stand(desk, [*others, *(case_of("u9") for _ in range(MOST_ALIKE + 5))])

    assert await looked(desk, str(uuid4()), case_of("u9")) is not None


async def test_those_whom_nobody_told_yet_hide_no_problem(desk):
    member = case_of("u1")
    found(member, "agent-zh-1", surge=await opened(desk))
    early = member.now - timedelta(minutes=1)
    member.state = member.state.model_copy(update={"classified_at": early})
    await stand(desk, [member, *(case_of(f"m{n}") for n in range(MOST_ALIKE + 5))])

    assert (await looked(desk, str(uuid4()), case_of("u5"))).known


async def test_what_came_before_the_window_is_no_sign(desk):
    cases = [case_of(f"u{n}") for n in range(4)]
    for case in cases:
        early = case.now - timedelta(minutes=16)
        case.state = case.state.model_copy(update={"classified_at": early})
    await stand(desk, cases)

    assert await looked(desk, str(uuid4()), case_of("u5")) is None


async def test_a_later_case_finds_the_problem_of_one_member(desk):
    member = case_of("u1")
    found(member, "agent-zh-1", surge=await opened(desk))
    await stand(desk, [member])

    surge = await looked(desk, str(uuid4()), case_of("u2"))

    assert surge.known
    assert surge.problem_id == member.state.problem.id


async def test_a_fix_is_told_to_all_members_in_parts_and_to_nobody_else(desk):
    surge = await opened(desk)
    cases = [case_of(f"m{n}") for n in range(AT_ONCE + 5)]
    for case in cases:
        found(case, "agent-zh-1", surge=surge.model_copy(update={"known": True}))
    members = await stand(desk, cases)
    await stand(desk, [case_of("stranger")])
    id_, case = next(iter(members.items()))
    case.when(ProblemFixSubmitted(staff="boss", roles=("supervisor",), reason="patched"))

    numbers = []
    while "members:fixed" in case.state.due:
        numbers.append(await told(desk, id_, case, "fixed"))

    assert sum(numbers) == AT_ONCE + 4
    assert len(numbers) == 2
    said = await news(desk, ProblemFixNoticed)
    assert said.keys() == members.keys() - {id_}
    assert {(one.reason, one.staff) for one in said.values()} == {("patched", "boss")}


async def test_a_part_that_is_told_again_is_told_once(desk):
    await stand(desk, [case_of(f"u{n}") for n in range(4)])
    case = case_of("u5")
    ((id_, _),) = (await stand(desk, [case])).items()
    await looked(desk, id_, case)
    item = case.due("members:opened")
    claim = Claim(id_, item, case.state, case.now)

    await work(desk)["tell_members"]([claim])
    await work(desk)["tell_members"]([claim])

    assert await desk.inputs["triage"].rows.count_documents({}) == 4


async def opened(desk):
    """A problem that was just found."""
    seen = [case_of(f"o{n}") for n in range(5)]
    await stand(desk, seen[:4])
    return await looked(desk, str(uuid4()), seen[4])
