"""A case that waits for another, among those that really stand in the database."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from pydantic import SecretStr

from services.triage.desk.listing import Wish, listed
from services.triage.figures import open_by_age
from services.triage.main import create_app
from services.triage.merging.telling import telling
from shared.envelope import read
from shared.events.triage import LeadingEnded, MergeNoticed, MergeSubmitted, UnmergeNoticed
from shared.http.tokens import issue
from shared.reference import reference_of
from shared.runner.due import Claim
from tests.integration.triage.test_problems import desk, stand
from tests.serving import served
from tests.unit.triage.stage_cases import STOLEN, classified, decision, running
from tests.unit.triage.test_merging import UNMERGE, WHO, merge

__all__ = ["desk"]
KEY = "ab" * 32


async def told(wiring, id_, case):
    """All news of a case is taken by the others; returns what was said, in order."""
    found = []
    for item in [i for i in case.state.due.values() if i.kind == "tell_merge"]:
        claim = Claim(id_, item, case.state, case.now)
        for _ in range(2):  # told again after a crash, it is one input
            (result,) = await telling(wiring)([claim])
        case.when(result)
        rows = await wiring.inputs["triage"].rows.find({}).to_list(None)
        records = [read(bytes(row["value"]), []) for row in rows]
        found.append([(one.subject, one.data) for one in records][-1:])
        assert len(rows) == len(found)
    return [one for several in found for one in several]


async def test_the_leading_case_hears_once_of_who_waits_for_it_and_of_its_end(desk):
    one, other = running(assignee=WHO), running(assignee=WHO)
    (first, second) = await stand(desk, [one, other])
    one.when(merge(second))
    one.when(UNMERGE)

    assert await told(desk, first, one) == [
        (second, MergeNoticed(other=first, staff=WHO)),
        (second, UnmergeNoticed(other=first)),
    ]


async def test_who_waited_hears_that_the_leading_case_is_answered_and_by_whom(desk):
    lead = running(assignee=WHO)
    (waits, leads) = await stand(desk, [classified(), lead])
    lead.when(MergeNoticed(other=waits, staff=WHO))
    lead.when(decision())

    ended = LeadingEnded(leading=leads, reason="leading-settled", assignee=WHO)
    assert await told(desk, leads, lead) == [(waits, ended)]


async def test_what_waits_for_a_case_that_is_not_there_is_told_so(desk):
    case = running(assignee=WHO)
    (id_,) = await stand(desk, [case])
    case.when(merge(str(uuid4())))
    (item,) = [i for i in case.state.due.values() if i.kind == "tell_merge"]

    (result,) = await telling(desk)([Claim(id_, item, case.state, case.now)])

    assert not result.known


async def test_a_merged_case_is_in_a_list_of_its_own_and_counts_as_open(desk):
    case = running(assignee=WHO)
    case.when(merge(str(uuid4())))
    (id_, other) = await stand(desk, [case, running(assignee=WHO)])

    lists = {name: await listed(desk.database["triage"], Wish(name)) for name in ("merged", "open")}
    found = {name: [row.complaint_id for row in page.cases] for name, page in lists.items()}
    ages = await open_by_age(desk.database["triage"], case.now)
    assert found == {"merged": [id_], "open": [other]}
    assert sum(ages.values()) == 2


@pytest.fixture
async def http(desk, kafka):
    desk.settings = desk.settings.model_copy(update={"token_key": SecretStr(KEY), "kafka": kafka})
    async with (
        served(create_app(desk.settings)) as url,
        httpx.AsyncClient(base_url=url, timeout=20) as client,
    ):
        yield client


@pytest.mark.parametrize(
    ("into", "status", "rule"),
    [
        ("reference", 202, None),
        ("id", 202, None),
        ("itself", 422, "same-case"),
        ("RD-0000-0000-0000-0", 422, "no-such-case"),
        (str(uuid4()), 422, "no-such-case"),
        (7, 422, "no-such-case"),
    ],
)
async def test_the_other_case_is_named_by_id_or_reference_and_must_be_there(
    desk, http, into, status, rule
):
    (one, other) = await stand(desk, [running(), running()])
    names = {"reference": reference_of(other), "id": other, "itself": one}
    bearer = issue(KEY, WHO, "agent", datetime.now(UTC), timedelta(hours=1))
    body = {"into": names.get(into, into), "reason": "same-matter"}

    answer = await http.post(
        f"/v1/cases/{one}/merge", json=body, headers={"Authorization": f"Bearer {bearer}"}
    )

    assert (answer.status_code, answer.json().get("rule")) == (status, rule)
    if status == 202:
        (row,) = await desk.inputs["triage"].rows.find({"complaint": one}).to_list(None)
        data = read(bytes(row["value"]), []).data
        assert isinstance(data, MergeSubmitted)
        assert data.into == other


async def test_danger_is_not_merged(desk, http):
    (one, other) = await stand(desk, [running(STOLEN), running()])
    bearer = issue(KEY, WHO, "agent", datetime.now(UTC), timedelta(hours=1))
    body = {"into": other, "reason": "same-matter"}

    answer = await http.post(
        f"/v1/cases/{one}/merge", json=body, headers={"Authorization": f"Bearer {bearer}"}
    )

    assert (answer.status_code, answer.json()["rule"]) == (422, "emergency-stays")
