"""The clocks were off for six hours: a breach has its own instant, and was seen late."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from shared.http.tokens import issue
from tests.demo.people import Submitted
from tests.e2e.stories import OVERSLEPT

pytestmark = pytest.mark.timeout(180)
OFF, PROMISED = timedelta(hours=6), timedelta(hours=4)  # a first action at P3
NOTICED = timedelta(hours=1)


async def called(running, at):
    """A call of then, which somebody wrote down."""
    token = issue(running.people.key, "agent-en-1", "agent", datetime.now(UTC), NOTICED)
    body = {
        "number": "+44 20 7946 0123",
        "called_at": at.isoformat(),
        "consent": False,
        "notes": OVERSLEPT.text,
        "user_id": OVERSLEPT.user,
        "contact_email": OVERSLEPT.email,
        "language": "en",
    }
    url = f"{running.stack.urls['intake']}/v1/calls"
    headers = {"Authorization": f"Bearer {token}"}
    answer = await running.people.http.post(url, json=body, headers=headers)
    assert answer.status_code == 202, answer.text
    return Submitted(OVERSLEPT, answer.json()["complaint_id"], answer.json()["reference"], "")


async def test_a_breach_while_the_clocks_were_off_has_its_own_instant_and_says_it_was_seen_late(
    running,
):
    since = datetime.now(UTC).replace(microsecond=0) - OFF
    await asyncio.to_thread(running.stack.kill, "triage", hold=True)
    try:
        made = await called(running, since)
        track = running.watch.tracks[made.id]
        await running.watch.until(lambda: track.of("admissibility-decided"))
        assert not [event for event in track.events if event.stage == "triage"]
    finally:
        await asyncio.to_thread(running.stack.restart, "triage")
    await running.watch.until(
        lambda: len(track.of("clock-warned")) > 3 and track.of("clock-breached")
    )
    breaches = {event.data.clock: event.data for event in track.of("clock-breached")}
    warned = {
        e.data.share: e.data.at for e in track.of("clock-warned") if e.data.clock == "first_action"
    }

    late = breaches["first_action"]
    assert track.last("case-classified").priority == "P3"
    assert late.due_at == since + PROMISED
    assert late.detected_late
    assert OFF - PROMISED <= late.detected_at - late.due_at < OFF - PROMISED + NOTICED
    assert warned == {share: since + PROMISED * share / 100 for share in (50, 75, 90, 150)}
    running.people.meet(made)
    assert await running.closed([made], 60) == {}
    assert len(track.of("clock-breached")) == len(breaches)
