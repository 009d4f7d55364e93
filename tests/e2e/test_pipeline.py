"""Complaints from submission to closure over real servers, and what auditors make of the log."""

import json
import re
import shutil
from datetime import UTC, datetime
from decimal import Decimal
from email import message_from_bytes
from email.policy import default

import pytest
import pytest_asyncio

from shared.audit import second_verifier
from tests.e2e.checker import violations
from tests.e2e.stories import APPEALED, BY_RULE, DELAYED, DEVIATED, MISSING, STOLEN, STORIES
from tests.unit.audit.exports import export_of, recorded

pytestmark = [pytest.mark.timeout(200), pytest.mark.usefixtures("evidence")]


@pytest_asyncio.fixture(scope="module")
async def lived(running):
    """Each story by its customer."""
    return {one.case.user: one for one in await running.submit(STORIES)}


@pytest_asyncio.fixture(scope="module")
async def evidence(running, lived):
    """What is left when all stories have come to their end."""
    assert await running.closed(list(lived.values()), 100) == {}
    return await running.at_rest()


@pytest_asyncio.fixture(scope="module")
async def export(running, evidence, tmp_path_factory):
    folder = tmp_path_factory.mktemp("audit") / "export"
    assert await running.redress("audit", "export", str(folder)) == (
        0,
        f"{len(evidence.records)} records exported\n",
    )
    return folder


def track(running, lived, case):
    return running.watch.tracks[lived[case.user].id]


def ledger(evidence, case):
    return [row for row in evidence.ledger if row["user_id"] == case.user]


async def test_every_complaint_gets_a_decision_and_an_end(running, lived):
    for case in STORIES:
        assert track(running, lived, case).decided
        assert track(running, lived, case).closed
    assert running.people.faults == []


async def test_a_stolen_account_is_frozen_on_the_express_lane(running, lived, evidence):
    story = track(running, lived, STOLEN)

    assert {e.lane for e in story.events} == {"express"}
    assert "withdrawals" in await running.world.restrictions(STOLEN.user)
    assert {row["action"] for row in ledger(evidence, STOLEN)} == {"freeze", "cancel_withdrawal"}
    frozen = min(e.time for e in story.of("effect-verified"))
    assert frozen < min(e.time for e in story.of("decision-made"))


async def test_what_a_thief_asked_for_is_stopped_once_and_asked_before_anybody_decides(
    running, lived, evidence
):
    story = track(running, lived, STOLEN)
    stopped = [e for e in story.of("effect-verified") if e.data.action == "cancel_withdrawal"]
    orders = [row["order"] for row in ledger(evidence, STOLEN) if "scope" not in row["order"]]

    assert story.of("finding-recorded")[0].data.finding == "confirmed_takeover"
    assert [order["reference"] for order in orders] == [f"withdrawal:{STOLEN.user}-W2"]
    assert len(stopped) == 1
    asked = [e for e in story.of("effect-requested") if e.data.action == "cancel_withdrawal"]
    assert asked[0].time < story.of("decision-made")[0].time


async def test_a_report_of_the_same_export_is_the_same_to_the_byte(running, export):
    now = datetime.now(UTC)
    asked = ("report", "--quarter", f"{now.year}-Q{(now.month + 2) // 3}", "--from", str(export))

    first, second = await running.redress(*asked), await running.redress(*asked)
    code, told = await running.redress(*asked, "--json")

    assert first == second
    assert (first[0], code) == (0, 0)
    assert json.loads(told)["figures"]["totals"].keys() >= {"received", "decided", "appeals"}
    assert any(place.startswith("complaints.intake.events/") for place in json.loads(told)["log"])


async def test_a_delayed_deposit_is_credited_and_compensated_exactly_once(evidence):
    paid = [(row["action"], Decimal(row["order"]["amount"])) for row in ledger(evidence, DELAYED)]

    assert paid == [("credit", Decimal("0.25")), ("compensate", Decimal("0.00025"))]


async def test_a_liquidation_by_the_rules_is_explained_with_its_price(running, lived, evidence):
    decision = track(running, lived, BY_RULE).last("decision-made")

    assert (decision.finding, decision.outcome) == ("by_rule", "rejected")
    assert decision.details["liquidation_price"] == "54216.8675"
    assert ledger(evidence, BY_RULE) == []


async def test_a_faulty_liquidation_is_made_good_once_after_two_people_said_yes(
    running, lived, evidence
):
    story = track(running, lived, DEVIATED)
    (paid,) = ledger(evidence, DEVIATED)

    assert story.last("finding-recorded").finding == "mark_price_deviation"
    assert len({e.data.staff for e in story.of("approval-given")}) == 2
    assert (paid["action"], Decimal(paid["order"]["amount"])) == ("compensate", Decimal(30000))
    assert max(e.time for e in story.of("approval-given")) < story.of("effect-verified")[0].time


async def test_what_was_paid_is_looked_at_once_more_after_the_decision(running, lived):
    story = track(running, lived, DELAYED)
    (checked,) = story.of("effects-checked")

    assert checked.data.lost == ()
    assert checked.time >= story.last("decision-made").check_at


async def test_what_is_missing_is_asked_for_once_and_then_the_deposit_is_credited(
    running, lived, evidence
):
    story = track(running, lived, MISSING)

    assert len(story.of("info-requested")) == 1
    assert set(story.last("info-provided").supplied) >= {"txid", "amount"}
    assert "credit" in [row["action"] for row in ledger(evidence, MISSING)]


async def test_an_appeal_is_upheld_at_level_2_by_somebody_else(running, lived, evidence):
    story = track(running, lived, APPEALED)
    first, second = (e.data for e in story.of("decision-made"))
    who = {e.data.level: e.data.assignee for e in story.of("case-assigned")}

    assert (first.level, first.outcome) == (1, "rejected")
    assert (second.level, second.outcome) == (2, "upheld")
    assert who[1] != who[2]
    assert [row["order"]["amount"] for row in ledger(evidence, APPEALED)] == ["40"]


async def test_the_same_submission_again_gets_the_same_answer(running, lived):
    url = f"{running.stack.pages}/v1/complaints"
    again = await running.people.http.post(url, json=DELAYED.body())

    assert again.status_code == 202
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json()["complaint_id"] == lived[DELAYED.user].id
    assert again.json()["reference"] == lived[DELAYED.user].reference


async def test_each_letter_reaches_the_mail_server_once(running, lived):
    for case in STORIES:
        sent = [
            e for e in track(running, lived, case).of("letter-sent") if e.data.channel == "email"
        ]
        answer = await running.world.http.get("/sandbox/mails", params={"to": case.email})
        mails = answer.json()["mails"]

        assert {"acknowledgement", "decision"} <= {e.data.kind for e in sent}
        assert len(mails) == len(sent)
        assert all(lived[case.user].reference in mail["subject"] + mail["text"] for mail in mails)


async def test_the_customer_reads_the_decision_with_the_link_of_the_answer(running, lived):
    made = lived[APPEALED.user]
    url = f"{running.stack.pages}/v1/complaints/{made.id}"
    shown = await running.people.http.get(url, params={"token": made.token})
    without = await running.people.http.get(url)

    assert shown.json()["decision"]["outcome"] == "upheld"
    assert without.status_code in (401, 404)


async def test_the_whole_log_has_no_violation(running, evidence):
    assert violations(evidence, list(running.people.made)) == []


async def test_an_export_is_verified_and_replays_to_the_live_collections(running, evidence, export):
    verified = await running.redress("audit", "verify", str(export))
    replayed = await running.redress("audit", "replay", str(export), "--database", "audit_copy")
    states = sum(map(len, evidence.documents.values()))

    assert verified[0] == 0, verified[1]
    assert second_verifier.verify(export, None) == len(evidence.records)
    assert replayed[0] == 0, replayed[1]
    assert f"{states} states written\nreplayed {states} states; live is equal" in replayed[1]


async def test_the_same_policy_would_treat_no_complaint_of_the_log_otherwise(running, export):
    code, said = await running.redress(
        "policy", "diff", "demo", "demo", "--from", str(export), "--json"
    )

    counts = json.loads(said.splitlines()[-1])["counts"]
    assert code == 0
    assert counts["complaints"] >= len(STORIES)  # others may have used the installation before
    assert counts["otherwise"] == 0
    assert counts["error"] == 0


async def test_an_export_with_a_changed_byte_fails_and_names_the_file(running, export, tmp_path):
    folder = shutil.copytree(export, tmp_path / "changed")
    file = next(folder.glob("segments/*.index"))
    file.write_bytes(b"\1" + file.read_bytes()[1:])

    code, said = await running.redress("audit", "verify", str(folder))

    assert code == 1
    assert said.startswith(f"FAILED segment {file.stem}")


async def test_an_export_with_a_forged_event_fails_and_names_the_record(running, export, tmp_path):
    folder = tmp_path / "forged"
    records = [forged(record) for record in recorded(export)]
    export_of(folder, records, 1 + max(record.partition for record in records))

    code, said = await running.redress("audit", "verify", str(folder))

    assert code == 1
    assert re.match(r"FAILED complaints\.triage\.events\S*/\d+/\d+: ", said)


def forged(record):
    """Change what triage decided, wherever it did."""
    if record.topic != "complaints.triage.events":
        return record
    return record._replace(value=record.value.replace(b'"team":"', b'"team":"x'))


async def test_a_decisions_mail_says_it_twice_and_begins_with_the_code_that_no_record_tells(
    running, lived, evidence
):
    (asked,) = (
        e.data
        for e in track(running, lived, DELAYED).of("letter-requested")
        if e.data.kind == "decision"
    )
    mails = [message_from_bytes(raw, policy=default) for raw in evidence.mails]
    (mail,) = {
        str(m["Message-ID"]): m for m in mails if asked.letter_id in m["Message-ID"]
    }.values()
    text, page = (mail.get_body((form,)).get_content() for form in ("plain", "html"))
    code = f"harbour {DELAYED.user[-3:]}"

    assert text.splitlines()[0] == f"Your anti-phishing code: {code}"
    assert code in page
    assert "https://mempool.space/tx/" in text
    assert f'<html lang="{asked.language}"' in page
    assert len(asked.sha256) == 64
    assert not any(b"harbour" in (record.value or b"") for record in evidence.records)
