"""The real processes refuse a decision that lacks what the law asks for, and name the article."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
import pytest_asyncio

from shared.http.tokens import issue
from tests.demo.people import cause_of
from tests.e2e.people import UNKNOWN
from tests.e2e.stories import GATED

pytestmark = pytest.mark.timeout(120)
WHOLE = {
    "outcome": "partly_upheld",
    "finding": "not_enough_evidence",
    "remedies": [{"code": "explain"}],
    "explanation": "Your passport is accepted now.",
    "language": "en",
}


class Desk:
    """Who has the case, before investigation; nobody else works on it."""

    def __init__(self, running, complaint):
        self.track = running.watch.tracks[complaint]
        self.url = f"{running.people.urls['investigation']}/v1/cases/{complaint}"
        self.key = running.people.key

    async def say(self, http, name, body):
        who = self.track.last("work-item-opened").assignee
        token = issue(self.key, who, "agent", datetime.now(UTC), timedelta(minutes=5))
        headers = {"Authorization": f"Bearer {token}"}
        return await http.post(f"{self.url}/{name}", json=body, headers=headers)


@pytest_asyncio.fixture(scope="module")
async def desk(running):
    """A complaint of two matters whose cause is recorded, and that waits for a proposal."""
    async with httpx.AsyncClient(base_url=running.stack.pages, timeout=30) as http:
        answer = (await http.post("/v1/complaints", json=GATED.body())).raise_for_status().json()
        desk = Desk(running, answer["complaint_id"])
        await running.watch.until(lambda: desk.track.of("work-item-opened"), 60)
        (await desk.say(http, "record-cause", cause_of(UNKNOWN))).raise_for_status()
        await running.watch.until(lambda: desk.track.of("cause-determined"))
        yield desk, http


def points(desk):
    return desk.track.last("investigation-started").points


@pytest.mark.parametrize(
    ("lacks", "rule", "article"),
    [
        ({"points": []}, "point-unanswered", "Article 6(1)"),
        ({"language": "fr"}, "language-of-filing", "Article 7(2)"),
        ({"remedies": []}, "remedy-missing", "Article 6(4)"),
    ],
)
async def test_a_decision_that_lacks_a_part_is_refused_with_its_article(desk, lacks, rule, article):
    desk, http = desk
    told = [
        {"point": point, "finding": "not_enough_evidence", "reason": "We looked at it."}
        for point in points(desk)
    ]
    answer = await desk.say(http, "propose", {**WHOLE, "points": told, **lacks})
    problem = answer.json()

    assert len(told) == 2
    assert (answer.status_code, problem["rule"]) == (422, rule)
    assert article in problem["detail"]
    assert desk.track.of("proposal-drafted") == desk.track.of("decision-made") == []
