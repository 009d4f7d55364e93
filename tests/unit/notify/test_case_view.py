"""The page of a case from its events: nothing is left out, words are for who may read them."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from services.notify.cases.evidence import content_of
from services.notify.cases.telling import SEALED, Told
from services.notify.cases.view import case_view
from services.notify.html import part
from shared.events import investigation, resolution, triage
from shared.events.base import Remedy
from shared.events.intake import MessageReceived
from shared.events.investigation import Evidence
from shared.events.personal import Personal
from shared.events.triage.clocks import ClockTerms, KeptClock
from shared.http.tokens import Principal
from shared.testing.scenario import COMPLAINT, START
from tests.stories import Story, assigned, classified, received

OTHER = "0a0a0a0a-0000-4000-8000-0000000000b1"
LATER = START + timedelta(hours=1)
PAID = Remedy(
    code="compensate", user_id="10042", asset="USDT", amount=Decimal(30_000), thing="order|O-1"
)


def told(*data):
    start = (received(COMPLAINT, START, user_id="10042"), classified("en"), assigned("en"))
    return Story(COMPLAINT, START).tell(*((float(n), one) for n, one in enumerate((*start, *data))))


def view(*data, reads=True):
    return case_view(told(*data).events, reads=reads)


def evidence(name, source="chain"):
    return Evidence(
        evidence_id=name,
        type="transaction",
        source=source,
        query="GET /tx/{txid}",
        collected_at=START,
        collector="worker",
        sha256="ab" * 32,
        sensitivity="internal",
        content=Personal('{"b":1,"a":"secret"}'),
    )


def added(name, **more):
    return investigation.EvidenceAdded(evidence=evidence(name), **more)


def proposed(proposal="p-1", level=1):
    return investigation.RemedyProposed(
        proposal_id=proposal,
        level=level,
        outcome="upheld",
        finding="wrong_charge",
        cause="platform",
        remedies=(PAID,),
        details={},
        explanation=Personal("Our tariff was wrong."),
        proposed_by="agent-en-1",
    )


ASKED = resolution.ApprovalRequested(
    proposal_id="p-1", needed=2, reason="amount", proposed_by="agent-en-1"
)


def approval(who, given):
    return resolution.ApprovalGiven(proposal_id="p-1", staff=who, given=given, needed=2)


def test_the_head_follows_the_case():
    lent = triage.LeaseTaken(assignee="agent-en-1", level=1, until=LATER)
    gone = triage.LeaseExpired(assignee="agent-en-1", level=1, until=LATER)
    raised = triage.PriorityChanged(priority="P1", before="P2", reason="age")

    head = view(lent).head
    assert (head.category, head.priority, head.level) == ("deposit_withdrawal", "P2", 1)
    assert (head.assignee, head.lent_until, head.stands) == ("agent-en-1", LATER, "in work")
    lies = view(lent, gone).head
    assert (lies.assignee, lies.stands) == (None, "waits for somebody")
    assert view(raised).head.priority == "P1"
    reopened = view(triage.CaseReopened(level=2)).head
    assert (reopened.level, reopened.assignee, reopened.stands) == (2, None, "reopened")


def test_the_head_tells_what_the_case_waits_for_and_what_waits_for_it():
    merged = triage.CaseMerged(into=OTHER, reason="same-matter", staff="agent-en-1")
    back = triage.CaseUnmerged(into=OTHER, reason="by-mistake", staff="agent-en-1")
    joined = triage.CaseJoined(other=OTHER, staff="agent-en-1")
    settled = triage.CaseSettled(level=1, reason="decided")

    assert view(merged).head.merged_into == OTHER
    assert view(merged).head.stands == "in work"
    assert view(merged, back).head == view().head
    assert view(joined).head.leads == (OTHER,)
    assert view(joined, triage.CaseParted(other=OTHER)).head.leads == ()
    for before in (merged, joined):
        assert view(before, settled).head == view(settled).head


def test_what_the_customer_says_is_sealed_for_those_without_the_right():
    seen, hidden = view(), view(reads=False)
    assert ("user id", "10042") in seen.claim.facts
    assert dict(seen.claim.words)["subject"] == "My deposit has not arrived"
    assert {text for _, text in hidden.claim.words} == {SEALED}
    assert all(letter.text == SEALED for letter in hidden.letters)
    assert hidden.letters
    said = MessageReceived(text=Personal("Hurry up"), received_at=START)
    assert [note.text for note in view(said).messages] == ["Hurry up"]
    assert [note.text for note in view(said, reads=False).messages] == [SEALED]


def test_superseded_evidence_is_shown_as_such_and_never_gone():
    over = investigation.EvidenceSuperseded(evidence_id="ev-2", by="ev-3", staff="agent-en-1")
    pieces = view(added("ev-1"), added("ev-2", supersedes="ev-1"), added("ev-3"), over).evidence
    assert [(p.evidence.evidence_id, p.superseded_by) for p in pieces] == [
        ("ev-3", None),
        ("ev-2", "ev-3"),
        ("ev-1", "ev-2"),
    ]


def test_a_source_is_missing_until_it_answers():
    missing = investigation.EvidenceMissing(key="k", source="chain", problem="unavailable")
    assert [note.title for note in view(missing).missing] == ["chain"]
    assert view(missing, added("ev-1")).missing == []


def test_the_content_of_evidence_is_laid_out_and_opened_by_its_id():
    events = told(added("ev-1")).events
    assert content_of(Told(events, reads=True), "ev-1") == '{\n  "b": 1,\n  "a": "secret"\n}'
    assert content_of(Told(events, reads=False), "ev-1") == SEALED
    assert content_of(Told(events, reads=True), "ev-9") is None


def test_findings_of_rules_and_people_stand_side_by_side():
    noted = investigation.FindingNoted(
        level=1,
        finding="wrong_charge",
        confidence=0.7,
        contradicting=("ev-1",),
        reason=Personal("The tape."),
        point="amount",
        found_by="agent-en-1",
    )
    recorded = investigation.FindingRecorded(
        level=1,
        finding="not_found",
        remedy="explain",
        details={"required": 6, "double": False},
        explanation="Nothing is there.",
        playbook_version="3",
    )
    by_person, by_rule = view(recorded, noted).findings
    assert (by_person.title, by_person.by, by_person.text) == (
        "wrong charge",
        "agent-en-1",
        "The tape.",
    )
    assert dict(by_person.facts)["evidence against it"] == "ev-1"
    assert dict(by_rule.facts) == {"remedy": "explain", "required": "6", "double": "no"}


def test_a_task_says_who_did_it_and_when():
    opened = investigation.WorkItemOpened(
        level=1, category="other", assignee="agent-en-1", reason="no-playbook"
    )
    done = investigation.WorkItemClosed(
        level=1, opened_for="no-playbook", done="proposed", done_by="agent-en-1"
    )
    (open_,) = view(opened).tasks
    assert (open_.reason, open_.done) == ("no playbook", "")
    (closed,) = view(opened, done).tasks
    assert (closed.done, closed.done_by) == ("proposed", "agent-en-1")
    assert closed.done_at > closed.opened_at


def test_a_proposal_says_who_approved_and_how_many_are_missing():
    def stands(*data):
        (one,) = view(proposed(), ASKED, *data).proposals
        return one.stands, one.given, one.left

    assert stands() == ("waits for approval", [], 2)
    assert stands(approval("s-1", 1)) == ("waits for approval", ["s-1"], 1)
    assert stands(approval("s-1", 1), approval("s-2", 2)) == ("approved", ["s-1", "s-2"], 0)
    denied = resolution.ApprovalDenied(proposal_id="p-1", staff="s-1", reason="too-much", level=1)
    assert stands(denied)[0] == "denied by s-1: too much"


def test_a_newer_proposal_takes_the_place_of_the_older_one_of_its_level():
    newer, older = view(proposed(), proposed("p-2")).proposals
    assert (newer.stands, older.stands) == ("being carried out", "another took its place")
    assert newer.remedies == ["compensate 30000 USDT to 10042 for order|O-1"]


def test_a_proposal_answers_each_point_and_says_why_it_is_not_as_in_other_cases():
    point = investigation.PointFinding(
        point="fee", finding="wrong_charge", reason=Personal("The fee was doubled.")
    )
    more = {"points": (point,), "precedent_reason": Personal("The tariff changed.")}
    (one,) = view(proposed().model_copy(update=more)).proposals
    assert one.points == [("fee", "wrong charge", "The fee was doubled.")]
    assert one.precedent == "The tariff changed."


def test_an_action_is_requested_then_verified_or_failed():
    order = resolution.EffectRequested(
        key="compensate|order|O-1", action="compensate", user_id="10042", asset="USDT", amount="5"
    )
    verified = resolution.EffectVerified(key=order.key, action="compensate")
    failed = resolution.EffectFailed(key=order.key, action="compensate", problem="no_account")
    assert [e.status for e in view(order).effects] == ["requested"]
    assert [e.status for e in view(order, verified).effects] == ["verified"]
    again = view(order, failed, order, verified).effects
    assert [(e.status, e.problem) for e in again] == [("verified", ""), ("failed", "no_account")]


def test_a_clock_runs_stands_still_and_ends():
    terms = ClockTerms(clock="decide", level=1, due_at=LATER, kind="statutory")
    begun = triage.ClockStarted(clock="resolution", level=1, due_at=LATER, beside=(terms,))
    paused = triage.ClockPaused(level=1, clocks=("resolution",), reason="customer", at=START)
    kept = KeptClock(clock="decide", level=1, elapsed_s=5)
    met = triage.ClockMet(clock="resolution", level=1, elapsed_s=9, beside=(kept,))
    late = triage.ClockBreached(clock="decide", level=1, due_at=LATER, detected_at=LATER)
    settled = triage.CaseSettled(level=1, reason="decided")

    def stands(*data):
        return {clock.name: clock.stands for clock in view(begun, *data).clocks}

    assert stands() == {"resolution": "runs", "decide": "runs"}
    assert stands(paused) == {"resolution": "stands still", "decide": "runs"}
    assert stands(met) == {"resolution": "kept", "decide": "kept"}
    assert stands(late)["decide"] == "late"
    assert stands(settled) == {"resolution": "ended", "decide": "ended"}
    assert [clock.statutory for clock in view(begun).clocks if clock.name == "decide"] == [True]


def test_what_has_no_place_of_its_own_is_on_record():
    review = resolution.ReviewRecorded(trigger="p1", finding="wrong_charge", cause="platform")
    (note,) = view(proposed(), review).record
    assert note.title == "Review recorded"
    assert ("trigger", "p1") in note.facts


def test_commands_are_given_on_the_last_event_of_their_stage():
    seen = dict(view(proposed()).seen)
    letters = seen.pop("notify")
    assert seen == {"intake": 1, "triage": 2, "investigation": 1}
    assert letters == sum(event.stage == "notify" for event in told(proposed()).events)


def test_the_page_shows_no_personal_word_to_those_without_the_right():
    every = (added("ev-1"), proposed(), ASKED)
    for reads, there in ((True, True), (False, False)):
        shown = view(*every, reads=reads)
        html = part(
            "case",
            case=COMPLAINT,
            reference="RD-1",
            reader=Principal("operator-1", frozenset({"operator"})),
            reads=reads,
            ground=None,
            needs=(),
            view=replace(shown),
            stages=(("resolution", "Approve"),),
            size=3,
            came=None,
            now=LATER,
        )
        assert ("Our tariff was wrong." in html) is there
        assert ("My deposit has not arrived" in html) is there
        assert ("Open the content" in html) is there
        assert "0 of 2 approvals" in html
