"""The register: a row for each complaint, from the log's events, without a personal word."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import NAMESPACE_URL, uuid5

import pytest

from shared.envelope import digest, write
from shared.events import resolution, triage, verification
from shared.events.personal import DataKey, Personal
from shared.report.register import COLUMNS, as_csv, as_json, rows
from shared.report.register.rows import pseudonym
from shared.sealed import seal
from tests.stories import TXID, Story, deposit, received

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
PLACES = {"complaints.intake.events/0": "0..9"}
ONE, OTHER, THIRD = (str(uuid5(NAMESPACE_URL, name)) for name in ("one", "other", "third"))
CREDIT = f"credit|bitcoin|{TXID}|0"


def seconds(number):
    return START + timedelta(seconds=number)


def clock(**more):
    law = {"kind": "statutory", "pack": "eu_mica@2026-11-22"}
    return triage.ClockStarted(clock="decide", level=1, due_at=seconds(11), **law, **more)


EFFECT = resolution.EffectRequested(
    key=CREDIT, action="credit", user_id="10042", asset="BTC", amount=Decimal("0.50")
)
BREACH = triage.ClockBreached(
    clock="decide", level=1, due_at=seconds(11), detected_at=seconds(11), kind="statutory"
)
APPEAL = resolution.AppealAdmitted(
    decision_id="dec-1", level=2, points=("amount",), reason=Personal("too little")
)
REFERRED = resolution.ExternalReferred(
    body="ombudsman", referred_on=START.date(), decision_id="dec-1", staff="s-1"
)
OUTSIDE = resolution.ExternalDecided(
    body="ombudsman",
    outcome="upheld",
    decided_on=START.date(),
    summary=Personal("They were right."),
    staff="s-1",
)
AFTER = (
    (1.31, clock()),
    (11.0, EFFECT),
    (11.2, BREACH),
    (20.0, APPEAL),
    (30.0, REFERRED),
    (31.0, OUTSIDE),
    (40.0, resolution.RatingNoted(decision_id="dec-1", score=4)),
    (50.0, resolution.CaseClosed(outcome="upheld", level=1, decision_id="dec-1")),
)


def told(complaint, *more, at=START, **facts):
    """A complaint's events with the hashes of their sealed bytes."""
    steps = sorted([*deposit(complaint, at, **facts), *more], key=lambda step: step[0])
    found = []
    for event in Story(complaint, at).tell(*steps).events:
        seal(event.data, DataKey(complaint, complaint.encode()[:32]), event.id)
        found.append((digest(write(event)), event))
    return found


def row(*more, **facts):
    (found,) = rows({ONE: told(ONE, *more, **facts)})
    return found


def test_a_complaint_of_every_step_has_all_its_columns():
    found = row(*AFTER, amount=Decimal("0.5"), asset="BTC")

    assert (found.case_id[:3], found.channel, found.language) == ("RD-", "web_form", "en")
    assert (found.received_at, found.category) == (START, "deposit_withdrawal")
    assert (found.amount, found.asset, found.admissible) == (Decimal("0.5"), "BTC", True)
    assert found.jurisdictions == ["eu_mica@2026-11-22"]
    assert [entry["handler"] for entry in found.handlers] == ["agent-en-1"]
    assert (found.decision, found.finding) == ("upheld", "credited_internal_delay")
    assert (found.root_cause, found.csat, found.problem) == ("platform", 4, None)
    (paid,) = found.redress
    assert (paid["action"], paid["asset"], paid["amount"]) == ("credit", "BTC", Decimal("0.50"))
    assert paid["at"] == seconds(11.6)
    assert [b["clock"] for b in found.breaches] == ["decide"]
    assert [(e["body"], e["outcome"]) for e in found.external] == [("ombudsman", "upheld")]
    assert [a["level"] for a in found.appeals] == [2]
    assert found.closed_at == seconds(50)


def test_only_what_was_read_back_at_the_exchange_has_a_time():
    unpaid = EFFECT.model_copy(update={"key": "compensate|dec-1", "action": "compensate"})

    found = row((11.0, EFFECT), (11.0, unpaid)).redress

    assert [(paid["action"], paid["at"]) for paid in found] == [
        ("credit", seconds(11.6)),
        ("compensate", None),
    ]


def test_the_letters_that_were_sent_are_named_with_the_hash_of_the_decision():
    found = row()

    assert found.acknowledged_at is not None
    assert found.acknowledged_at < found.answered_at
    assert found.acknowledgement != found.letter_id
    assert len(found.letter_sha256) == 64
    assert found.letter_template.startswith("en/")


def test_no_word_of_the_customer_stands_in_the_register():
    held = rows({ONE: told(ONE, *AFTER, contact="mei.lin@customers.example")})

    for page in (as_csv(held, PLACES), as_json(held, PLACES)):
        for word in ("mei.lin", "My deposit", "this morning", "10042", "too little", TXID):
            assert word not in page


def test_a_client_has_one_pseudonym_in_all_complaints_and_nobody_else_has_it():
    other = Story(THIRD, START).tell((0.0, received(THIRD, START, user_id="10043"))).events
    cases = {
        ONE: told(ONE),
        OTHER: told(OTHER, at=START + timedelta(days=1)),
        THIRD: [(f"{place}", event) for place, event in enumerate(other)],
    }
    clients = {row.complaint: row.client for row in rows(cases)}

    assert clients[ONE] == clients[OTHER] != clients[THIRD]
    assert clients[ONE].startswith("C-")


def test_a_pseudonym_cannot_be_found_by_trying_account_numbers():
    assert pseudonym("10042", "a") != pseudonym("10042", "b")


def test_nobody_who_decided_hears_the_appeal_or_the_row_says_so():
    (again,) = (d for _, d in deposit(ONE, START) if isinstance(d, triage.CaseAssigned))
    second = again.model_copy(update={"level": 2})

    assert row().independent
    assert not row((30.0, second)).independent
    assert row((30.0, second.model_copy(update={"assignee": "agent-en-2"}))).independent


def test_what_was_asked_stands_with_its_answer():
    asked = verification.InfoRequested(items=("txid",), reminders_at=(), deadline_at=seconds(99))
    found = row((0.5, asked), (0.7, verification.InfoProvided(items=("txid",))))

    assert found.info_requests == [
        {"items": ["txid"], "asked_at": seconds(0.5), "answered_at": seconds(0.7)}
    ]


def test_a_complaint_that_was_not_received_is_no_row():
    events = [(place, event) for place, event in told(ONE) if event.stage != "intake"]

    assert rows({ONE: events}) == []


def test_the_same_events_give_the_same_bytes_in_any_order():
    cases = {ONE: told(ONE, *AFTER), OTHER: told(OTHER)}
    turned = {id_: list(reversed(events)) for id_, events in reversed(cases.items())}

    for page in (as_csv, as_json):
        assert page(rows(cases), PLACES) == page(rows(turned), PLACES)


def test_the_csv_holds_what_the_json_holds():
    held = rows({ONE: told(ONE, *AFTER)})
    page = as_csv(held, PLACES)
    above, below = page.split(",".join(COLUMNS))
    (line,) = csv.DictReader(io.StringIO(",".join(COLUMNS) + below))
    (content,) = json.loads(as_json(held, PLACES))["register"]

    assert above == "# counted from complaints.intake.events/0 0..9\n"
    assert list(content) == list(COLUMNS) == list(line)
    assert json.loads(line["breaches"]) == content["breaches"]
    assert (line["received_at"], line["csat"], line["admissible"]) == (
        "2026-11-23T09:00:00Z",
        "4",
        "yes",
    )


@pytest.mark.parametrize("asset", ["=1+1", "@x", "-1", "+1"])
def test_no_cell_is_a_formula(asset):
    assert f",'{asset}," in as_csv(rows({ONE: told(ONE, asset=asset)}), PLACES)
