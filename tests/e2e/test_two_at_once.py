"""Two supervisors act on one payment at the same instant, over HTTP: it is made once, or not."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx
import pytest

from shared.http.tokens import issue
from tests.demo.people import SUPERVISORS
from tests.e2e.stories import DENIED_AT_ONCE, PAID_AT_ONCE

pytestmark = pytest.mark.timeout(200)
FIRST, SECOND = SUPERVISORS[:2]
OWED = Decimal(30000)


class Panel:
    """The supervisors of one case, each with a client of their own."""

    def __init__(self, running, complaint):
        self.running = running
        self.url = f"{running.people.urls['resolution']}/v1/cases/{complaint}"
        self.track = running.watch.tracks[complaint]

    def _headers(self, who):
        key, now = self.running.people.key, datetime.now(UTC)
        token = issue(key, who, "supervisor", now, timedelta(minutes=5))
        return {"Authorization": f"Bearer {token}"}

    async def at_once(self, *said):
        """All of them saw the same state; returns the answers, in the order of `said`."""
        async with httpx.AsyncClient(timeout=30) as http:
            shown = await http.get(self.url, headers=self._headers(FIRST))
            seen = {"If-Match": shown.headers["etag"]}
            proposal = self.track.last("approval-requested").proposal_id
            body = {"proposal_id": proposal, "reason": "checked"}
            sent = [
                http.post(f"{self.url}/{what}", json=body, headers={**self._headers(who), **seen})
                for who, what in said
            ]
            return [answer.status_code for answer in await asyncio.gather(*sent)]

    def given(self):
        return [event.data.staff for event in self.track.of("approval-given")]

    def refused(self):
        return [event.data.rule for event in self.track.of("approval-refused")]


async def asked(running, case):
    """A liquidation made good that waits for two supervisors; nobody else works on it."""
    async with httpx.AsyncClient(base_url=running.stack.pages, timeout=30) as http:
        answer = await http.post("/v1/complaints", json=case.body())
    answer.raise_for_status()
    panel = Panel(running, answer.json()["complaint_id"])
    await running.watch.until(lambda: panel.track.of("approval-requested"))
    return panel


async def paid(running, case):
    """What the exchange paid the customer."""
    answer = await running.world.http.get(f"/v1/accounts/{case.user}")
    return Decimal(answer.json()["balances"]["USDT"]) - Decimal(2000)


async def test_of_many_approvals_at_once_two_people_count_and_the_payment_is_made_once(running):
    panel = await asked(running, PAID_AT_ONCE)
    at_once = [(who, "approve") for who in (FIRST, SECOND) for _ in range(4)]
    answers = await panel.at_once(*at_once)
    await running.watch.until(
        lambda: len(panel.given()) + len(panel.refused()) >= answers.count(202)
    )
    while len(panel.given()) < 2:
        missing = next(who for who in (FIRST, SECOND) if who not in panel.given())
        before = len(panel.given())
        assert await panel.at_once((missing, "approve")) == [202]
        await running.watch.until(lambda before=before: len(panel.given()) > before)
    await running.watch.until(lambda: panel.track.of("decision-made"))

    assert set(answers) <= {202, 409, 422}
    assert Counter(panel.given()) == {FIRST: 1, SECOND: 1}
    assert set(panel.refused()) <= {"case-moved-on", "same-person", "wrong-proposal"}
    assert len(panel.track.of("effect-verified")) == 1
    assert await paid(running, PAID_AT_ONCE) == OWED


async def test_of_a_yes_and_a_no_at_once_one_holds_and_nothing_is_paid_against_it(
    running,
):
    panel = await asked(running, DENIED_AT_ONCE)
    answers = await panel.at_once(
        (FIRST, "approve"), (SECOND, "deny"), (SECOND, "approve"), (FIRST, "deny")
    )
    told = answers.count(202)
    await running.watch.until(
        lambda: len(panel.given() + panel.refused() + panel.track.of("approval-denied")) >= told
    )
    denied = bool(panel.track.of("approval-denied"))

    assert set(answers) <= {202, 409, 422}
    assert (len(panel.given()) < 2) or not denied
    assert await paid(running, DENIED_AT_ONCE) == 0 or len(panel.given()) == 2
