"""What notify counts of a complaint: once, from the milestones of every stage."""

from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import REGISTRY

from services.notify.decide import DECIDER
from services.notify.figures.counting import News, count, figures, is_answer
from services.notify.figures.story import story
from shared.envelope import make, write
from shared.events.intake import ComplaintReceived
from shared.events.investigation import RemedyProposed
from shared.events.personal import DataKey
from shared.events.resolution import AppealAdmitted, DecisionMade, RatingNoted
from shared.events.triage import CaseAssigned, CaseRecategorised
from shared.events.verification import AdmissibilityDecided
from shared.figures import known_channel, of_case
from shared.pipeline import STAGES
from shared.sealed import seal
from shared.testing.builders import COMPLAINT, an_example
from shared.testing.rig import Rig

T0 = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
KEY = DataKey(COMPLAINT, bytes(32))


def minutes(count):
    return T0 + timedelta(minutes=count)


def received(channel="chat", **more):
    facts = an_example(ComplaintReceived).facts
    known = {"channel": channel, "received_at": T0, "quiet": False, **more}
    return an_example(ComplaintReceived).model_copy(
        update={"facts": facts.model_copy(update=known)}
    )


def assigned(level=1, team="payments"):
    changes = {"level": level, "team": team, "category": "kyc", "language": "ko"}
    return an_example(CaseAssigned).model_copy(update=changes)


def recategorised(category="api", team="wallets"):
    changes = {"category": category, "before": "kyc", "team": team}
    return an_example(CaseRecategorised).model_copy(update=changes)


def proposed(level=1, by="playbook:deposit"):
    return an_example(RemedyProposed).model_copy(update={"level": level, "proposed_by": by})


def decided(level=1):
    changes = {"level": level, "decision_id": f"d{level}"}
    return an_example(DecisionMade).model_copy(update=changes)


def appealed(level=2):
    return an_example(AppealAdmitted).model_copy(update={"level": level})


def row(event, at):
    seal(event, KEY, "id")
    envelope = make(event, id="id", stage="x", complaint=COMPLAINT, time=at, lane="normal")
    return {"type": event.event_type, "time": at, "value": write(envelope)}


def whole():
    return [
        row(received(), minutes(1)),
        row(an_example(AdmissibilityDecided), minutes(3)),
        row(assigned(), minutes(8)),
        row(proposed(), minutes(20)),
        row(decided(), minutes(50)),
    ]


@pytest.fixture
def grown():
    """How much a series has grown since the test began."""
    before = {}
    for family in REGISTRY.collect():
        before |= {(s.name, *sorted(s.labels.items())): s.value for s in family.samples}

    def growth(name, **labels):
        now = REGISTRY.get_sample_value(name, labels) or 0
        return now - before.get((name, *sorted(labels.items())), 0)

    return growth


CASE = {"category": "kyc", "language": "ko", "channel": "chat"}


def test_each_stage_of_a_decided_complaint_is_timed_whatever_order_its_events_came_in():
    rows = whole()

    assert dict(story(reversed(rows)).stages(1)) == {
        "intake": 60.0,
        "verification": 120.0,
        "triage": 300.0,
        "investigation": 720.0,
        "resolution": 1800.0,
    }


def test_an_event_that_came_twice_counts_from_the_first_time():
    rows = [*whole(), row(assigned(), minutes(9))]

    assert dict(story(reversed(rows)).stages(1))["triage"] == 300.0


def test_labels_are_of_what_held_at_the_decision_and_times_of_what_was_first():
    rows = [
        *whole(),
        row(recategorised(), minutes(25)),
        row(assigned(team="care").model_copy(update={"category": "api"}), minutes(30)),
        row(proposed(by="agent-x"), minutes(40)),
        row(assigned(team="late"), minutes(60)),
    ]

    known = story(reversed(rows))

    assert (*known.labels(), known.team(), known.by(1)) == (
        *("api", "ko", "chat"),
        *("care", "people"),
    )
    assert dict(known.stages(1)) == dict(story(whole()).stages(1))


def test_a_correction_that_keeps_the_assignee_moves_the_labels_too():
    early, late = row(recategorised(), minutes(30)), row(recategorised("other"), minutes(60))

    assert tuple(story([*whole(), early]).labels()) == ("api", "ko", "chat")
    assert story([*whole(), early]).team() == "wallets"
    assert tuple(story([*whole(), late]).labels()) == ("kyc", "ko", "chat")


def test_what_only_a_clock_that_is_ahead_puts_after_the_decision_still_labels_it():
    rows = [row(received(), minutes(1)), row(decided(), minutes(50)), row(assigned(), minutes(51))]

    assert tuple(story(rows).labels()) == ("kyc", "ko", "chat")


def test_an_appeal_is_timed_from_its_admission():
    rows = [*whole(), row(appealed(), minutes(100)), row(assigned(2), minutes(104))]

    assert dict(story(rows).stages(2)) == {"triage": 240.0}


def test_a_decision_counts_its_time_and_who_proposed_it(grown):
    count(News(decided=[1]), story(whole()))

    assert grown("redress_cases_decided_total", **CASE, by="rules") == 1
    assert grown("redress_resolution_seconds_sum", **CASE) == 50 * 60
    assert grown("redress_stage_seconds_count", stage="triage", category="kyc") == 1


def test_a_remedy_that_a_person_proposed_is_no_work_of_rules(grown):
    rows = [*whole()[:3], row(proposed(by="agent-x"), minutes(20)), row(decided(), minutes(50))]

    count(News(decided=[1]), story(rows))

    assert grown("redress_cases_decided_total", **CASE, by="people") == 1


def test_a_decision_on_an_appeal_does_not_resolve_a_second_time(grown):
    rows = [*whole(), row(proposed(2), minutes(200)), row(decided(2), minutes(300))]

    count(News(decided=[2]), story(rows))

    assert grown("redress_resolution_seconds_count", **CASE) == 0
    assert grown("redress_cases_decided_total", **CASE, by="rules") == 1


def test_a_rating_counts_for_the_team_of_the_decision_that_it_names(grown):
    rows = [*whole(), row(assigned(2, "care"), minutes(120)), row(decided(2), minutes(300))]

    count(News(ratings=[RatingNoted(decision_id="d2", score=4)]), story(rows))

    assert grown("redress_rating_score_sum", **CASE, team="care") == 4
    assert grown("redress_rating_score_sum", **CASE, team="payments") == 0


def test_before_a_case_is_assigned_the_customers_own_words_label_it():
    rows = [row(received(category_hint="api", language_hint="fr"), minutes(0))]

    assert tuple(story(rows).labels()) == ("api", "fr", "chat")


def test_what_is_in_no_known_set_is_other():
    assert tuple(of_case("nonsense", "tlh", "carrier_pigeon")) == ("other", "other", "other")
    assert known_channel("email") == "email"


@pytest.mark.parametrize(
    ("about", "answers"),
    [
        ("acknowledgement", False),
        ("assigned", False),
        ("still_open", False),
        ("secrets:8f", False),
        ("request:txid", True),
        ("decision:d", True),
    ],
)
def test_a_receipt_or_a_promise_is_no_answer(about, answers):
    assert is_answer(about) is answers


class Rows:
    """`notify_history` as far as the figures ask it."""

    def __init__(self):
        self.kept = []

    def find(self, wanted, _shown):
        asked = wanted["$or"][0]["complaint"]["$in"]
        self.found = [r for r in self.kept if r["complaint"] in asked]
        return self

    async def to_list(self, _most):
        return self.found


class Told:
    """Notify on ports in memory, with its figures."""

    def __init__(self):
        self.rig, self.rows = Rig("notify", DECIDER), Rows()
        self.restarted()

    def restarted(self):
        wiring = type("Wired", (), {"database": {"notify_history": self.rows}})()
        self.rig.restarted().figures = figures(wiring)

    async def record(self, event, stage, sequence):
        record = await self.rig.record(event, COMPLAINT, sequence, source=STAGES[stage])
        kept = {"complaint": COMPLAINT, "type": event.event_type, "time": minutes(sequence)}
        self.rows.kept.append({**kept, "value": record.value})
        return record


async def test_a_redelivered_batch_counts_nothing_twice(grown):
    told = Told()
    first = await told.record(received(), "intake", 1)
    second = await told.record(decided(), "resolution", 1)

    await told.rig.run(first, second)
    told.restarted()
    await told.rig.run(first, second)

    assert grown("redress_complaints_received_total", channel="chat") == 1
    assert grown("redress_acknowledged_seconds_count", channel="chat") == 1
    labels = {**CASE, "category": "account_security", "language": "other"}
    assert grown("redress_cases_decided_total", **labels, by="people") == 1
    assert grown("redress_first_response_seconds_count", **labels) == 1


async def test_figures_that_fail_stop_no_complaint(grown):
    told = Told()
    told.rows.find = None

    await told.rig.run(
        await told.record(decided(), "resolution", 1), await told.record(received(), "intake", 1)
    )

    assert [type(event.data).__name__ for event in told.rig.published()].count(
        "LetterRequested"
    ) == 2
    assert grown("redress_complaints_received_total", channel="chat") == 0


async def test_a_receipt_alone_is_no_first_response(grown):
    told = Told()

    await told.rig.run(await told.record(received(), "intake", 1))

    labels = {**CASE, "category": "account_security", "language": "other"}
    assert grown("redress_complaints_received_total", channel="chat") == 1
    assert grown("redress_first_response_seconds_count", **labels) == 0
