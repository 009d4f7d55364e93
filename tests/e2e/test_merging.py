"""Two cases merged by mistake, and unmerged, end as two that never were merged."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from shared.http.tokens import issue
from shared.report.story import story_of
from tests.e2e.stories import MERGED

pytestmark = pytest.mark.timeout(240)
WHO = "agent-en-1"
MISTAKEN, LEADING, NEVER, ALONE = (case.user for case in MERGED)
ALIKE = (
    *("channel", "language", "category", "points", "jurisdictions", "admissible", "conflicts"),
    *("finding", "decision", "root_cause", "redress", "letter_template", "extensions", "accepted"),
    *("appeals", "external", "problem", "csat", "breaches", "policies", "independent"),
)
"""What the register says that is no name, no instant, no person and no sample."""


@pytest_asyncio.fixture(scope="module")
async def lived(running):
    """The pair that was merged and unmerged, and the pair that never was, at their end."""
    people = running.people
    made = {case.user: await people.write(case) for case in MERGED}
    tracks = {user: running.watch.tracks[one.id] for user, one in made.items()}
    await running.watch.until(lambda: all(t.of("work-item-opened") for t in tracks.values()))
    assert all(track.of("case-assigned") for track in tracks.values())

    one, other = made[MISTAKEN], tracks[LEADING]
    await command(running, one, "merge", into=made[LEADING].reference, reason="same-matter")
    await running.watch.until(lambda: other.of("case-joined"))
    merged = await queue(running, "merged"), await queue(running, "open")
    await command(running, one, "unmerge", reason="by-mistake")
    await running.watch.until(lambda: other.of("case-parted"))

    for found in made.values():
        people.meet(found)
    assert await running.closed(list(made.values()), 100) == {}
    await running.watch.until(lambda: all(t.of("rating-noted") for t in tracks.values()))
    await running.watch.until(lambda: len({len(letters(t)) for t in tracks.values()}) == 1)
    return made, tracks, merged


async def command(running, made, name, **body):
    url = f"{running.stack.urls['triage']}/v1/cases/{made.id}/{name}"
    answer = await running.people.http.post(url, json=body, headers=bearer(running))
    assert answer.status_code == 202, answer.text


async def queue(running, state):
    url = f"{running.stack.urls['triage']}/v1/cases"
    asked = {"state": state, "limit": 200}
    answer = await running.people.http.get(url, params=asked, headers=bearer(running))
    return {row["complaint_id"] for row in answer.json()["cases"]}


def bearer(running):
    token = issue(running.people.key, WHO, "agent", datetime.now(UTC), timedelta(minutes=10))
    return {"Authorization": f"Bearer {token}"}


def clocks(track):
    """Every clock with what it promised, and what became of it."""
    starts = [(e.time, c) for e in track.of("clock-started") for c in (e.data, *e.data.beside)]
    return (
        sorted((c.clock, c.level, c.kind, c.budget or "") for _, c in starts),
        {e.type for e in track.events if "clock" in e.type} & {"redress.clock-breached.v1"},
    )


def counted(track):
    """What the quarterly report counts of a complaint."""
    story = story_of(track.events)
    lists = (story.clocks, story.breaches, story.ratings, story.fixes)
    return (
        story.category,
        [sorted(one.label for one in found) for found in lists],
        sorted(story.steps),
        len(story.decisions),
        len(story.appeals),
        story.payments,
    )


def letters(track):
    """But for the request to rate: who rates before it is due is not asked."""
    sent = ((e.data.kind, e.data.channel) for e in track.of("letter-sent"))
    return sorted(letter for letter in sent if letter[0] != "rating_request")


def changes(track):
    """The events of triage, but for those of the merge."""
    merging = ("merged", "unmerged", "joined", "parted", "merge-told")
    names = [
        e.type.removeprefix("redress.").removesuffix(".v1")
        for e in track.events
        if e.stage == "triage"
    ]
    return sorted(name for name in names if not name.endswith(merging))


async def test_meanwhile_the_case_is_nobody_s_work_and_the_other_one_still_is(lived):
    made, _, (merged, open_) = lived

    assert made[MISTAKEN].id in merged - open_
    assert {made[user].id for user in (LEADING, NEVER, ALONE)} <= open_ - merged


@pytest.mark.parametrize(("once", "never"), [(MISTAKEN, NEVER), (LEADING, ALONE)])
async def test_clocks_letters_ratings_and_counts_are_those_of_a_case_that_never_was_merged(
    lived, once, never
):
    _, tracks, _ = lived
    one, other = tracks[once], tracks[never]

    for told in (clocks, letters, counted, changes):
        assert told(one) == told(other), told.__name__
    assert [e.data.score for e in one.of("rating-noted")] == [5]


async def test_the_log_alone_tells_of_the_merge_and_the_register_counts_both(
    running, lived, tmp_path
):
    made, tracks, _ = lived
    told = [e.type for e in tracks[MISTAKEN].events if "merge" in e.type]
    await running.at_rest()
    for arguments in (
        ("audit", "export", str(tmp_path / "log")),
        ("audit", "verify", str(tmp_path / "log")),
    ):
        code, said = await running.redress(*arguments)
        assert code == 0, said
    _, said = await running.redress("register", "--json", "--from", str(tmp_path / "log"))
    rows = {row["complaint"]: row for row in json.loads(said)["register"]}
    once, lead, never, alone = (rows[one.id] for one in made.values())

    assert sorted(told) == [
        "redress.case-merged.v1",
        "redress.case-unmerged.v1",
        *["redress.merge-told.v1"] * 2,
    ]
    for row, other in ((once, never), (lead, alone)):
        assert [row[name] for name in ALIKE] == [other[name] for name in ALIKE]
        assert len(row["handlers"]) == len(other["handlers"]) == 1
