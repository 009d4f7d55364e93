"""Identity checks: from the vendor's record to what follows."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.testing.scenario import START
from tests.unit.investigation.odd_values import JSON, TIMES, bent
from tests.unit.investigation.stage_cases import answered, running

DAY = timedelta(days=1)
AGO = START - DAY


def attempt(*reasons, at=AGO, status="refused", decided_at=AGO + timedelta(hours=1)):
    decided = decided_at and decided_at.isoformat()
    return {"at": at.isoformat(), "decided_at": decided, "status": status, "reasons": reasons}


def under_way(at=AGO):
    return attempt(at=at, status="in_progress", decided_at=None)


def record(*attempts, status="refused", incidents=()):
    return {
        "user_id": "u1",
        "status": status,
        "level": 2,
        "attempts": attempts,
        "vendor_incidents": incidents,
    }


def incident(start, end):
    ended = None if end is None else (AGO + timedelta(hours=end)).isoformat()
    started = (AGO + timedelta(hours=start)).isoformat()
    return {"id": "v-1", "started_at": started, "ended_at": ended}


def judged(found):
    case = running(category="kyc", txid=None)
    return answered(case, identity={"record": found})[1:]


@pytest.mark.parametrize("at", [AGO, START - 3 * DAY])
def test_a_check_within_its_time_is_looked_at_again(at):
    (recheck,) = judged(record(under_way(at), status="in_progress"))

    assert (recheck.finding, recheck.details["promised_days"]) == ("kyc_in_progress", 3)


@pytest.mark.parametrize(
    ("found", "finding", "outcome", "remedy", "cause"),
    [
        (record(status="approved"), "kyc_approved", "partly_upheld", "explain", "rules_applied"),
        (
            record(attempt("document_expired")),
            "kyc_refused_by_rule", "rejected", "explain", "rules_applied",
        ),
        (
            record(attempt("under_age", "document_blurred")),
            "kyc_refused_by_rule", "rejected", "explain", "rules_applied",
        ),
        (
            record(attempt("under_age", at=AGO - DAY), attempt("document_blurred")),
            "kyc_document_unreadable", "rejected", "ask_customer", "user",
        ),
        (record(attempt("vendor_timeout")), "kyc_vendor_fault", "upheld", "fix", "platform"),
        (
            record(attempt("document_expired"), incidents=[incident(0.5, None)]),
            "kyc_vendor_fault", "upheld", "fix", "platform",
        ),
        (
            record(under_way(START - 4 * DAY), status="in_progress", incidents=[incident(-9, -8)]),
            "kyc_vendor_fault", "upheld", "fix", "platform",
        ),
    ],
)  # fmt: skip
def test_a_record_that_decides_is_answered(found, finding, outcome, remedy, cause):
    recorded, determined, proposal = judged(found)

    assert (recorded.finding, determined.cause) == (finding, cause)
    assert (proposal.outcome, [r.code for r in proposal.remedies]) == (outcome, [remedy])


def test_the_reasons_are_in_the_details_and_in_the_words():
    finding = judged(record(attempt("document_glare", "document_cropped")))[0]

    assert finding.details == {"reason": "document_cropped,document_glare", "attempts": 1}
    assert "document_glare" in finding.explanation


@pytest.mark.parametrize("other", [incident(2, 3), incident(-3, -2)])
def test_an_incident_at_another_time_excuses_nothing(other):
    found = record(attempt("document_expired"), incidents=[other])

    assert judged(found)[0].finding == "kyc_refused_by_rule"


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (None, "facts-missing"),
        ({"status": "refused"}, "facts-missing"),
        ({**record(), "level": -1}, "facts-missing"),
        (record(), "no-attempt"),
        (record(status="not_started"), "no-attempt"),
        (record(attempt()), "reason-unknown"),
        (record(attempt("mercury_retrograde", "document_blurred")), "reason-unknown"),
        (record(attempt("sanctions_match", "document_blurred")), "kyc-review"),
        (record(attempt("sanctions_match"), incidents=[incident(0, 9)]), "kyc-review"),
        (record(under_way(START - 4 * DAY), status="in_progress"), "kyc-late"),
        (record(*[attempt("document_blurred")] * 6), "kyc-too-many-attempts"),
        (record(attempt("under_age", status="odd"), status="odd"), "facts-unclear"),
        (record(under_way()), "facts-unclear"),
        (record(attempt("under_age", at=START + DAY)), "facts-unclear"),
        (record(attempt("under_age", decided_at=AGO - DAY)), "facts-unclear"),
        (record(attempt("under_age", at=AGO.replace(year=2001))), "facts-unclear"),
    ],
)
def test_what_the_record_does_not_decide_goes_to_a_person_without_a_finding(found, reason):
    (task,) = judged(found)

    assert task.reason == reason


STATUS = st.sampled_from(["approved", "refused", "in_progress", "odd"])
REASONS = st.lists(st.sampled_from(["under_age", "document_dark", "sanctions_match", "?"]))
ATTEMPT = bent(attempt("under_age"), at=TIMES, decided_at=TIMES, status=STATUS, reasons=REASONS)
OUTAGE = bent(incident(0, 1), started_at=TIMES, ended_at=TIMES)
RECORD = bent(
    record(attempt("under_age")), status=STATUS, attempts=st.lists(ATTEMPT, max_size=3),
    vendor_incidents=st.lists(OUTAGE, max_size=2),
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(found=RECORD | JSON)
def test_whatever_the_vendor_says_a_finding_or_a_person_follows(found):
    last = judged(found)[-1]

    assert type(last).__name__ in {"RemedyProposed", "RecheckScheduled", "WorkItemOpened"}
