from datetime import date, timedelta

import pytest

from services.triage.state import TriageState
from services.triage.taking.state import Lease
from shared.events.notify import LetterSent
from shared.events.triage import (
    AcknowledgementNoted,
    ClockBreached,
    ClockExtensionRefused,
    ClockExtensionSubmitted,
    ClockMet,
    ClockStopped,
)
from shared.events.verification import InfoRequested
from shared.rules.calendars import pack, packs
from shared.testing.scenario import START
from tests.unit.triage.stage_cases import (
    RECEIVED,
    admitted,
    appealed,
    closed,
    decision,
    found,
    instants,
    names,
    one,
    set_priority,
    triage,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ASKED = InfoRequested(items=("txid",), reminders_at=(), deadline_at=START + 7 * DAY)


def under(pack, *conditions):
    case = triage()
    changes = {"pack": pack, "conditions": conditions}
    numbers = case.policy.triage.model_copy(update=changes)
    case.policy = case.policy.model_copy(update={"triage": numbers})
    return case


def running(pack="vara", **told):
    case = under(pack)
    case.when(admitted(**told))
    found(case, "agent-x")
    return case


def acknowledged(at):
    return LetterSent(letter_id="l", kind="acknowledgement", channel="inbox", sent_at=at)


def extend(until, clock="decide", reason="waiting-for-police", expected=0):
    return ClockExtensionSubmitted(
        staff="boss",
        roles=("supervisor",),
        expected_sequence=expected,
        clock=clock,
        until=until,
        reason=reason,
    )


def law(case):
    found = instants(case)
    return {name: found[name] for name in ("acknowledge:1", "decide:1") if name in found}


def test_the_laws_clocks_run_from_the_receipt_beside_ours():
    case = running()
    kinds = {name: clock.kind for name, clock in case.state.clocks.items()}
    assert kinds.pop("acknowledge:1") == kinds.pop("decide:1") == "statutory"
    assert set(kinds.values()) == {"internal"}
    terms = one(case.events, "ClockStarted")
    assert [c.pack.partition("@")[0] for c in terms.beside if c.pack] == ["vara", "vara"]
    assert all(c.budget and "@" in c.calendar for c in terms.beside)


def test_neither_priority_nor_waiting_nor_an_appeal_moves_the_laws_clocks():
    case = running()
    before = law(case)
    case.now += 5 * HOUR
    case.when(set_priority("P1"))
    case.when(ASKED)
    case.when(appealed())
    assert law(case) == before


def test_the_laws_clocks_run_from_the_receipt_whoever_was_waited_for():
    waited = under("vara")
    waited.when(ASKED)
    waited.now += 5 * DAY
    waited.when(admitted())
    assert law(waited) == law(running())


def test_mail_that_was_late_counts_from_when_its_server_had_it():
    early = running(received_at=RECEIVED - 2 * DAY)
    assert law(early)["decide:1"] == law(running())["decide:1"] - 2 * DAY


@pytest.mark.parametrize("name", packs())
def test_every_pack_starts_the_clocks_that_it_names(name):
    case = running(name)
    promised = {clock.clock for clock in pack(name).clocks_of()} & {"acknowledge", "decide"}
    assert law(case).keys() == {f"{clock}:1" for clock in promised}
    for clock in case.state.clocks.values():
        assert clock.started_at == RECEIVED < clock.warn_at < clock.due_at
        assert clock.latest_at is None or clock.latest_at > clock.due_at


def test_a_condition_that_holds_for_every_complaint_sets_the_laws_clock():
    case, payments = under("uk_disp"), under("uk_disp", "payments")
    for each in (case, payments):
        each.when(admitted())
    assert law(payments)["decide:1"] < law(case)["decide:1"]
    assert case.state.clocks["decide:1"].latest_at is None
    assert payments.state.clocks["decide:1"].latest_at is not None


def test_a_law_without_a_number_has_no_clock():
    assert law(running("default")) == {}


def test_a_breach_of_the_law_says_so():
    broken = [e for e in running().elapse(60 * DAY) if isinstance(e, ClockBreached)]
    kinds = {e.clock: e.kind for e in broken}
    assert kinds.pop("acknowledge") == kinds.pop("decide") == "statutory"
    assert set(kinds.values()) == {"internal"}


def test_the_acknowledgement_meets_its_clock_once():
    case = running()
    case.now += MINUTE
    kept = ClockMet(clock="acknowledge", level=1, elapsed_s=70)
    assert case.when(acknowledged(case.now)) == [kept]
    assert case.when(acknowledged(case.now)) == []


def test_an_acknowledgement_that_went_out_before_the_case_was_known_is_noted_once():
    case = under("vara")
    assert case.when(acknowledged(START)) == [AcknowledgementNoted(at=START)]
    assert case.when(acknowledged(START + MINUTE)) == []
    case.now += HOUR
    assert one(case.when(admitted()), "ClockMet").elapsed_s == 10
    assert list(law(case)) == ["decide:1"]


def test_an_acknowledgement_that_was_late_before_the_case_was_known_is_a_breach():
    case = under("vara")
    case.now += 20 * DAY
    case.when(acknowledged(START + 10 * DAY))
    events = case.when(admitted())
    breach, stopped = one(events, "ClockBreached"), one(events, "ClockStopped")
    assert breach.detected_late
    assert breach.due_at < START + 10 * DAY < breach.detected_at
    assert stopped.late_s == int((START + 10 * DAY - breach.due_at).total_seconds())


def test_an_acknowledgement_that_is_still_on_its_way_at_the_decision_is_waited_for():
    case = running()
    case.when(decision())
    assert list(instants(case)) == ["acknowledge:1"]
    assert names(case.when(acknowledged(START))) == ["ClockMet"]
    assert case.state.due == {}


def test_a_case_that_is_closed_ends_the_laws_clocks():
    case = running()
    case.when(closed())
    assert case.state.due == {}


def test_the_law_is_broken_at_the_instant_that_it_names():
    case = running()
    due_at = law(case)["decide:1"]
    events = case.elapse(60 * DAY)
    broken = {e.clock: e for e in events if isinstance(e, ClockBreached)}
    assert broken["decide"].due_at == due_at
    late = int((case.now - due_at).total_seconds())
    assert ClockStopped(clock="decide", level=1, late_s=late) in case.when(decision())


def test_a_named_date_moves_the_clock_to_its_end():
    case = running()
    before = law(case)["decide:1"]
    case.now += DAY
    (event,) = case.when(extend(before.date() + timedelta(days=7)))
    assert (event.before, event.staff, event.reason) == (before, "boss", "waiting-for-police")
    assert before < event.due_at == law(case)["decide:1"]
    assert case.due("clock:decide:1").at == event.due_at
    assert case.state.clocks["decide:1"].warn_at == event.warn_at


LATER = (RECEIVED + 35 * DAY).date()


@pytest.mark.parametrize(
    ("pack", "asked", "rule"),
    [
        ("vara", extend(LATER, "acknowledge"), "not-extendable"),
        ("vara", extend(LATER, "resolution"), "not-extendable"),
        ("vara", extend(LATER, "summary"), "no-such-clock"),
        ("vara", extend(date(2026, 12, 1)), "not-later"),
        ("vara", extend((RECEIVED + 57 * DAY).date()), "beyond-latest"),
        ("vara", extend(date.max), "beyond-latest"),
        ("vara", extend(date.min), "not-later"),
        ("vara", extend(LATER, reason=" "), "reason-missing"),
        ("vara", extend(LATER, expected=1), "case-moved-on"),
        ("default", extend(LATER), "no-such-clock"),
    ],
)
def test_an_extension_that_the_law_does_not_allow_is_refused(pack, asked, rule):
    case = running(pack)
    (event,) = case.when(asked)
    assert isinstance(event, ClockExtensionRefused)
    assert (event.rule, event.staff) == (rule, "boss")


@pytest.mark.parametrize(("who", "kept"), [("boss", ["LeaseKept"]), ("agent-x", [])])
def test_a_holder_who_names_a_later_date_keeps_the_case(who, kept):
    case = running()
    lease = Lease(assignee=who, until=START + DAY)
    case.state = case.state.model_copy(update={"lease": lease})
    assert names(case.when(extend(LATER))) == [*kept, "ClockExtended"]


def test_a_broken_or_ended_clock_is_not_extended():
    case = running()
    case.elapse(30 * DAY)
    assert case.when(extend(LATER))[0].rule == "clock-breached"
    case.when(decision())
    assert case.when(extend(LATER))[0].rule == "no-such-clock"


def test_a_case_nobody_knows_has_no_clock_to_extend():
    assert triage().when(extend(LATER))[0].rule == "no-such-clock"
    assert TriageState().clocks == {}
