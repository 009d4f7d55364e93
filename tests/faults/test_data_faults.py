"""Records and rules that are wrong: one complaint waits, the others go on, and nothing is lost."""

import json
import uuid

import bson
import pytest
import pytest_asyncio
from aiokafka.admin import AIOKafkaAdminClient

from shared.events.triage import PrioritySubmitted
from shared.headers import headers_of
from shared.runner.partitions import create_topics
from shared.runner.ports import Record
from tests.bench.complaints import complaint_of
from tests.e2e.checker import lagging
from tests.e2e.evidence import offsets
from tests.e2e.poison import MIX, PROPOSALS, TOPIC, Made, envelope
from tests.e2e.poison import produce as poisoned
from tests.faults.laid import produce, put
from tests.faults.mill import Mill, found

pytestmark = pytest.mark.timeout(240)
ADMISSIBLE = "redress.admissibility-decided.v1"
READY = (200, "")
PROPOSED = 20


@pytest_asyncio.fixture(scope="module")
async def mill(tmp_path_factory):
    """One process for all cases of this file that leave it whole."""
    with Mill(tmp_path_factory.mktemp("mill")) as mill:
        await mill.lay(1, first=9_000)
        mill.start("one", "tests.faults.one_process")
        assert await mill.answers("one", "readyz", READY, 60)
        yield mill


@pytest.fixture
def own(tmp_path):
    with Mill(tmp_path / "mill") as mill:
        yield mill


def about(said, ids):
    """What is said of these complaints, or of none."""
    return [s for s in said if any(id_ in s for id_ in ids) or "stands at" in s]


def letters(evidence, stage):
    """The dead letters of a stage that nobody has settled, with their headers."""
    topic = f"complaints.{stage}.dead-letters"
    found = [(r, dict(r.headers)) for r in evidence.records if r.topic == topic]
    return [(record, headers) for record, headers in found if "dlq-of" not in headers]


def history(evidence, stage, complaint):
    """The types of a complaint's events, each once."""
    topic = f"complaints.{stage}.events"
    bodies = [json.loads(r.value) for r in evidence.records if r.topic == topic]
    own = {b["sequence"]: b["type"] for b in bodies if b["subject"] == complaint}
    return [own[sequence] for sequence in sorted(own)]


async def parked(mill, stage, complaint):
    """Wait until a complaint is parked; why it is."""
    assert await mill.until(lambda: "parked" in mill.document(stage, complaint)["run"], 30)
    return mill.document(stage, complaint)["run"]["parked"]


async def test_poison_between_healthy_records_is_buried_and_they_pass(mill, report):
    with report.case("23", "poison between healthy records"):
        produced = await poisoned(mill.servers.kafka, TOPIC, MIX)
        evidence = await mill.at_rest()
        there = letters(evidence, "investigation")
        buried = {int(headers["dlq-original-offset"]): record.value for record, headers in there}
        buried = {offset: value for offset, value in buried.items() if offset in produced}
        expected = {offset: made for offset, made in produced.items() if made.reason}
        healthy = {made.id for made in MIX if not made.reason}
        causes = {
            json.loads(r.value).get("causationid")
            for r in evidence.records
            if r.topic == "complaints.investigation.events"
        }

        assert buried == {offset: made.value for offset, made in expected.items()}
        assert healthy <= causes
        assert not any(lagging(evidence))


async def test_a_complaint_with_a_broken_rule_waits_and_drains_in_order_when_it_is_mended(
    mill, report
):
    with report.case("24", "a rule is broken for one complaint, mended, redriven") as entry:
        bug = mill.failpoints / "triage.bug"
        bug.write_text(f"{complaint_of(100)} {ADMISSIBLE}", "utf-8")
        ids = await mill.lay(3, first=100)
        reason = await parked(mill, "triage", ids[0])
        command = PrioritySubmitted(staff="agent-1", priority="P4", reason="evidence")
        await put(mill.settings, "triage", [(ids[0], command)])
        waiting = await mill.until(
            lambda: len(mill.document("triage", ids[0])["run"]["waiting"]) >= 2, 20
        )
        bug.unlink()
        said = await mill.redress("dead-letters", "redrive", "--complaint", ids[0], "--yes")
        evidence = await mill.at_rest(ids)
        entry.complaints = len(ids)
        entry.violations = about(found(evidence, ids), ids)
        types = history(evidence, "triage", ids[0])

        assert reason
        assert waiting
        assert said == (0, "1 redriven\n")
        answered = next(n for n, t in enumerate(types) if t.startswith("redress.priority-"))
        assert types.index("redress.case-classified.v1") < answered
        assert entry.violations == []


@pytest.mark.slow
async def test_a_fork_changes_nothing_and_the_auditor_finds_it(mill, report, tmp_path):
    with report.case("22", "two events with one sequence") as entry:
        ids = await mill.lay(1, first=200)
        before = await mill.at_rest(ids)
        real = next(
            r
            for r in before.records
            if r.topic.startswith("complaints.verification.events")
            and json.loads(r.value)["subject"] == ids[0]
            and ADMISSIBLE.encode() in r.value
        )
        forged = json.dumps({**json.loads(real.value), "id": str(uuid.uuid4())}).encode()
        record = Record(real.topic, real.key, forged, headers_of(real.value), real.partition)
        await produce(mill.servers.kafka, [record])
        after = await mill.at_rest()
        code, said = await mill.redress("audit", "export", str(tmp_path / "export"))
        verdict = await mill.redress("audit", "verify", str(tmp_path / "export"))
        entry.complaints = 1

        assert code == 0, said
        assert after.documents == before.documents
        assert any("gaps or forks" in s for s in about(found(after), ids))
        assert verdict[0] == 1


async def test_a_record_over_a_megabyte_is_a_dead_letter_and_the_next_one_passes(mill, report):
    with report.case("33", "a record of 1 MiB and a byte"):
        large = b"x" * (1024 * 1024 + 1)
        await produce(mill.servers.kafka, [Record(TOPIC, b"k", large, [], 0)])
        (offset,) = await poisoned(mill.servers.kafka, TOPIC, [MIX[-1]])
        evidence = await mill.at_rest()
        place = [
            (r, h)
            for r, h in letters(evidence, "investigation")
            if h["dlq-original-offset"].decode() == str(offset - 1)
        ]

        assert [record.value == large for record, _ in place] == [True]
        assert not any(lagging(evidence))


def large_proposals(complaint, count):
    """Proposals that are read well, each close to what an event may hold."""
    made = []
    for sequence in range(1, count + 1):
        data = {
            "proposal_id": str(uuid.uuid4()),
            "level": 1,
            "outcome": "rejected",
            "finding": "large",
            "cause": "platform",
            "remedies": [],
            "details": {"evidence": "x" * 240_000},
            "proposed_by": "agent-1",
        }
        type_ = "redress.remedy-proposed.v1"
        more = {"sequence": sequence, "lane": "normal", "causationid": str(uuid.uuid4())}
        body = envelope(type_, data, complaint, **more)
        made.append(Made("large", "", complaint.encode(), json.dumps(body).encode()))
    return made


@pytest.mark.slow
async def test_what_waits_behind_a_parked_complaint_stays_out_of_its_document(mill, report):
    with report.case("33", "5 MB wait behind a parked complaint") as entry:
        complaint = str(uuid.uuid4())
        bug = mill.failpoints / "resolution.bug"
        bug.write_text(f"{complaint} *", "utf-8")
        await poisoned(mill.servers.kafka, PROPOSALS, large_proposals(complaint, PROPOSED))
        waiting = mill.client["redress"]["resolution_waiting"]
        spilled = await mill.until(lambda: waiting.count_documents({}) >= PROPOSED - 5, 60)
        size = len(bson.encode(mill.document("resolution", complaint)))
        bug.unlink()
        said = await mill.redress("dead-letters", "redrive", "--complaint", complaint, "--yes")
        evidence = await mill.at_rest()
        run = evidence.documents["resolution"][complaint]["run"]
        entry.complaints = 1
        assert spilled
        assert size < 2_000_000
        assert said == (0, "1 redriven\n")
        assert (run.get("parked"), run["waiting"]) == (None, [])
        assert waiting.count_documents({}) == 0
        assert run["seen"]["investigation"] == {"normal": PROPOSED}


@pytest.mark.slow
async def test_a_bad_deploy_stops_after_20_dead_letters_and_the_next_one_goes_on(own, report):
    with report.case("25", "every complaint raises") as entry:
        ids = await own.lay(60)
        bug = own.failpoints / "triage.bug"
        bug.write_text("* *", "utf-8")
        own.start("one", "tests.faults.one_process", env={"REDRESS_BATCH": "5"})
        stopped = await own.answers("one", "readyz", (503, "bad_deploy"), 60)
        alive = await own.probe("one", "livez")
        evidence = await own.evidence()
        own.supervisor.stop(["one"])
        bug.unlink()
        own.start("two", "tests.faults.one_process")
        assert await own.answers("two", "readyz", READY, 60)
        code, said = await own.redress("dead-letters", "redrive", "--yes")
        entry.complaints = len(ids)
        wrong = found(await own.at_rest(ids), ids)
        entry.violations = [s for s in wrong if "it was healthy" not in s]  # as a bad deploy's are

        assert stopped
        assert alive == READY
        assert 0 < len(letters(evidence, "triage")) <= 20
        assert code == 0, said
        assert entry.violations == []


@pytest.mark.slow
async def test_without_its_dead_letter_topic_nothing_is_committed_and_the_stage_says_so(
    own, report
):
    with report.case("26", "the dead-letter topic is missing") as entry:
        ids = await own.lay(4)
        own.start("one", "tests.faults.one_process")
        assert await own.answers("one", "readyz", READY, 60)
        await own.at_rest(ids)
        await without_topic(own.servers.kafka, "complaints.investigation.dead-letters")
        (offset,) = await poisoned(own.servers.kafka, TOPIC, [MIX[1]])
        unready = await own.answers("one", "readyz", (503, "server_away"), 60)
        held = (await offsets(own.servers.kafka)).committed["redress-investigation"]
        await create_topics(own.servers.kafka, own.partitions, 1)
        ready = await own.answers("one", "readyz", READY, 60)
        evidence = await own.at_rest()
        entry.complaints = len(ids)

        assert unready
        assert held.get((TOPIC, 0), 0) <= offset
        assert ready
        assert [r.value for r, _ in letters(evidence, "investigation")] == [MIX[1].value]
        assert not any(lagging(evidence))


async def without_topic(kafka, topic):
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        await admin.delete_topics([topic])
    finally:
        await admin.close()
