"""The queue of cases that nobody was free for, as the next person who asks finds it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from pydantic import SecretStr

from services.triage.decide import DECIDER
from services.triage.main import create_app, parts
from services.triage.taking.api import next_case
from shared.envelope import read
from shared.events.triage import LeaseSubmitted
from shared.http.errors import ProblemError
from shared.http.tokens import Principal, issue
from shared.pipeline import STAGES
from shared.runner.door import Door
from shared.runner.ports import Document
from tests.serving import served
from tests.unit.triage.stage_cases import MISSING, WISH, appealed, classified, found, running


@pytest.fixture
async def door(wiring, log):
    await wiring.stores["triage"].prepare(parts(wiring).indexes)
    await wiring.inputs["triage"].prepare()
    ports = (wiring.stores["triage"], wiring.inputs["triage"], log, wiring.keyring)
    return Door(STAGES["triage"], DECIDER, *ports, policy=wiring.policy)


def waits(text=WISH, minutes=0, **changes):
    case = classified(text)
    found(case, None)
    at = case.now + timedelta(minutes=minutes)
    case.state = case.state.model_copy(update={"classified_at": at, **changes})
    return case


async def stand(wiring, *cases):
    ids = [str(uuid4()) for _ in cases]
    documents = [Document(id_, c.state, rev=1) for id_, c in zip(ids, cases, strict=True)]
    assert await wiring.stores["triage"].write(documents) == set()
    for id_ in ids:
        await wiring.keyring.create(id_)
    return ids


async def asks(wiring, door, who):
    found_ = await next_case(door, wiring.database["triage"], Principal(who, frozenset({"agent"})))
    return found_["complaint_id"]


async def test_the_most_urgent_and_then_the_oldest_case_comes_first(wiring, door):
    later, urgent, first = await stand(
        wiring, waits(minutes=5), waits(MISSING, minutes=9), waits(minutes=1)
    )

    given = [await asks(wiring, door, who) for who in ("agent-zh-1", "agent-en-1", "agent-asia-1")]

    assert given == [urgent, first, later]
    rows = await wiring.inputs["triage"].rows.find({}).to_list(None)
    commands = [read(bytes(row["value"]), []) for row in rows]
    assert {one.subject for one in commands} == {later, urgent, first}
    assert all(isinstance(one.data, LeaseSubmitted) for one in commands)


async def test_somebody_who_asks_twice_at_once_gets_one_case(wiring, door):
    await stand(wiring, waits(), waits(minutes=1))

    first = await asks(wiring, door, "agent-zh-1")

    assert await asks(wiring, door, "agent-zh-1") == first


async def test_another_team_s_cases_appeals_and_cases_with_an_owner_are_not_offered(wiring, door):
    appeal = running(WISH, assignee="agent-zh-1")
    appeal.when(appealed())
    found(appeal, None, level=2)
    ids = await stand(wiring, appeal, running(WISH), waits(minutes=3, team="security"))

    with pytest.raises(ProblemError) as refused:
        await asks(wiring, door, "agent-zh-2")

    assert refused.value.status_code == 404
    assert await asks(wiring, door, "senior-1") == ids[0]


async def test_who_has_a_conflict_gets_the_next_one(wiring, door):
    _, second = await stand(wiring, waits(conflicted=("agent-zh-1",)), waits(minutes=1))

    assert await asks(wiring, door, "agent-zh-1") == second


async def test_somebody_in_no_team_gets_nothing(wiring, door):
    with pytest.raises(ProblemError) as refused:
        await asks(wiring, door, "boss")

    assert (refused.value.status_code, refused.value.rule) == (422, "unknown-assignee")


async def test_over_http_it_takes_a_token_and_a_case_that_waits(wiring, settings):
    await wiring.stores["triage"].prepare(parts(wiring).indexes)
    settings = settings.model_copy(update={"token_key": SecretStr("ab" * 32)})
    key = settings.token_key.get_secret_value()
    token = issue(key, "agent-zh-1", "agent", datetime.now(UTC), timedelta(minutes=5))
    me = {"Authorization": f"Bearer {token}"}
    async with (
        served(create_app(settings)) as url,
        httpx.AsyncClient(base_url=url, timeout=20, trust_env=False) as http,
    ):
        nobody = await http.post("/v1/cases/next")
        nothing = await http.post("/v1/cases/next", headers=me)
        (case,) = await stand(wiring, waits())
        mine = await http.post("/v1/cases/next", headers=me)

    assert nobody.status_code == 401
    assert nothing.status_code == 404
    assert nothing.json()["type"] == "urn:redress:problem:nothing_waits"
    assert (mine.status_code, mine.json()["complaint_id"]) == (202, case)
    assert mine.json()["reference"]
