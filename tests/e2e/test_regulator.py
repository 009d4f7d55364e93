"""What a regulator asks for is told from the log alone, and twice in the same bytes."""

import asyncio
import csv
import io
import json
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest
import pytest_asyncio

from shared.http.tokens import issue
from shared.report.register import COLUMNS
from tests.e2e.stories import REGULATED

pytestmark = [pytest.mark.timeout(240), pytest.mark.usefixtures("exports")]
PAID, APPEALED = REGULATED
ATTEMPTS = 5
READER = "auditor-7"


@pytest_asyncio.fixture(scope="module")
async def lived(running):
    """The two complaints, at their end; an auditor read one of them."""
    made = await running.submit(REGULATED)
    assert await running.closed(made, 100) == {}
    found = {one.case.user: one for one in made}
    await opened(running, found[APPEALED.user])
    return found


async def opened(running, made):
    """An auditor says why, and reads the case."""
    people, track = running.people, running.watch.tracks[made.id]
    token = issue(people.key, READER, "auditor", datetime.now(UTC), timedelta(minutes=5))
    headers, url = {"Authorization": f"Bearer {token}"}, running.stack.urls["notify"]
    before = await people.http.get(f"{url}/cases/{made.id}", headers=headers)
    body, path = {"reason": "audit"}, f"{url}/v1/cases/{made.id}/open-case"
    (await people.http.post(path, json=body, headers=headers)).raise_for_status()
    await running.watch.until(lambda: track.of("access-granted"))
    for _ in range(50):
        shown = await people.http.get(f"{url}/cases/{made.id}", headers=headers)
        if made.case.text in shown.text:
            break
        await asyncio.sleep(0.2)
    await running.watch.until(lambda: track.of("case-read"))
    assert made.case.text not in before.text
    assert made.case.text in shown.text


@pytest_asyncio.fixture(scope="module")
async def exports(running, lived, tmp_path_factory):
    """Two exports of the same records; a timer may fire between two, so it is tried again."""
    assert len(lived) == len(REGULATED)
    folder, before = tmp_path_factory.mktemp("exports"), None
    for number in range(ATTEMPTS):
        await running.at_rest()
        now = folder / str(number)
        code, said = await running.redress("audit", "export", str(now))
        assert code == 0, said
        if before and (await log(running, before)) == (await log(running, now)):
            return before, now
        before = now
    pytest.fail("the log never rested")


async def log(running, export):
    """The offsets that a report of this export prints."""
    said = await told(running, export, "register", "--json")
    return json.loads(said)["log"]


async def told(running, export, *arguments):
    code, said = await running.redress(*arguments, "--from", str(export))
    assert code == 0, said
    return said


def this_quarter():
    now = datetime.now(UTC)
    return f"{now.year}-Q{(now.month + 2) // 3}"


REPORTS = [
    ["register", "--csv"],
    ["register", "--json"],
    *(
        ["report", "--quarter", this_quarter(), *form, *shape]
        for form in ([], ["--as", "art-8"], ["--as", "return", "--pack", "eu_mica"])
        for shape in ([], ["--json"])
    ),
]


@pytest.mark.parametrize("arguments", REPORTS, ids=" ".join)
async def test_every_report_of_the_same_range_has_the_same_bytes(running, exports, arguments):
    one, other = [await told(running, export, *arguments) for export in exports]

    assert one == other
    assert "demo-" in one
    assert "complaints.intake.events/" in one


async def test_all_that_is_known_is_rebuilt_from_the_first_offset(running, exports):
    code, said = await running.redress(
        "audit", "replay", str(exports[1]), "--database", "regulator_copy"
    )

    assert code == 0, said
    assert "live is equal" in said


async def test_the_register_has_a_row_of_each_complaint_and_no_word_of_a_customer(
    running, lived, exports
):
    page = await told(running, exports[0], "register", "--csv")
    table = "".join(line for line in page.splitlines(keepends=True) if not line.startswith("#"))
    rows = {row["complaint"]: row for row in csv.DictReader(io.StringIO(table))}
    paid, appealed = (rows[lived[case.user].id] for case in REGULATED)

    assert tuple(paid) == COLUMNS
    assert (paid["decision"], paid["independent"]) == ("upheld", "yes")
    assert "BTC" in {entry["asset"] for entry in json.loads(paid["redress"]) if entry["at"]}
    assert [entry["level"] for entry in json.loads(appealed["appeals"])] == [2]
    assert len({entry["handler"] for entry in json.loads(appealed["handlers"])}) > 1
    for row in (paid, appealed):
        assert all(row[name] for name in ("received_at", "acknowledged_at", "closed_at"))
        assert len(row["letter_sha256"]) == 64
    for case in REGULATED:
        for word in (case.user, case.email, case.subject, case.text):
            assert word not in page


async def test_what_was_known_at_a_moment_is_one_command(running, lived, exports):
    made = lived[APPEALED.user]
    first = running.watch.tracks[made.id].of("decision-made")[0].time
    known = {}
    for name, moment in (("before", first - timedelta(milliseconds=1)), ("then", first)):
        arguments = ("audit", "state", made.reference, "--at", moment.isoformat())
        known[name] = json.loads(await told(running, exports[0], *arguments))

    assert known["before"].get("resolution", {}).get("decisions", []) == []
    assert len(known["then"]["resolution"]["decisions"]) == 1
    assert len(known["before"]["notify"]) > 0


async def test_who_had_read_it_by_then_and_what_was_sent_is_the_same_command(
    running, lived, exports
):
    made = lived[APPEALED.user]
    read = running.watch.tracks[made.id].of("case-read")[0].time
    found = []
    for moment in (read - timedelta(milliseconds=1), read):
        arguments = ("audit", "state", made.reference, "--at", moment.isoformat())
        found.append(json.loads(await told(running, exports[0], *arguments)))
    listed = await told(running, exports[0], "audit", "reads", "--staff", READER)

    assert found[0]["read_by"] == []
    (reading,) = found[1]["read_by"]
    assert (reading["staff"], reading["part"], reading["reason"]) == (READER, "case", "audit")
    assert "decision" in {letter["kind"] for letter in found[1]["letters_sent"]}
    assert json.loads(listed) == reading


async def test_a_change_of_policy_names_the_cases_and_decides_nothing_anew(
    running, lived, exports, tmp_path
):
    before = await told(running, exports[0], "register", "--json")
    text = files("shared.policies").joinpath("demo.yaml").read_text("utf-8")
    changed = tmp_path / "new.yaml"
    changed.write_text(text.replace("pack: default", "pack: eu_mica"), "utf-8")

    said = await told(running, exports[0], "policy", "diff", "demo", str(changed), "--json")
    lines = [json.loads(line) for line in said.splitlines()]
    named = {line["complaint"] for line in lines if "complaint" in line}

    assert {made.id for made in lived.values()} <= named
    assert await told(running, exports[0], "register", "--json") == before
