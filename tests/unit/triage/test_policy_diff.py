"""Another policy over a recorded log: every complaint that it treats otherwise is named."""

from datetime import timedelta

import pytest

from services.triage.dry_run.differences import verdicts
from services.triage.dry_run.recorded import Told, cases
from services.triage.dry_run.rerun import rerun
from shared.audit.manifest import read as read_manifest
from shared.cli.main import main
from shared.errors import UsageError
from shared.events.base import Event
from shared.events.personal import DataKey
from shared.events.triage import AssigneeFound
from shared.events.verification import InfoRequested
from shared.policy import load
from shared.testing.builders import an_example
from tests.unit.triage.recorded_log import RecordedLog
from tests.unit.triage.stage_cases import (
    MISSING,
    STOLEN,
    WISH,
    admitted,
    cause,
    decision,
    recheck,
    set_priority,
)

DEFAULT = load("default")
TEXTS = (MISSING, WISH, STOLEN)


def named(number):
    return f"{number:08x}-0000-4000-8000-00000000c0de"


def changed(**numbers):
    triage = DEFAULT.triage.model_copy(update=numbers)
    return DEFAULT.model_copy(update={"version": "new", "triage": triage})


def slower(priority, budget="P90D"):
    """The default policy with another time for the resolution of a priority."""
    days = type(DEFAULT.triage).model_validate(
        {
            **DEFAULT.triage.model_dump(),
            "resolution": {**DEFAULT.triage.model_dump()["resolution"], priority: budget},
        }
    )
    return DEFAULT.model_copy(update={"version": "new", "triage": days})


def one(log, number, text):
    """A complaint up to its assignee."""
    log.tell(named(number), admitted(text))
    found(log, number)


def found(log, number, **said):
    item = log.due(named(number), "assign:1")
    said = {"assignee": "agent-x", "open_cases": 1, **said}
    data = AssigneeFound(key=item.key, put_by=item.event, **said)
    return log.tell(named(number), data, stage=None)


@pytest.fixture
def log():
    return RecordedLog()


def judged(log, folder, old=DEFAULT, new=DEFAULT, keys=None):
    """The verdicts by complaint, those that found something."""
    held = log.keys if keys is None else keys
    every = verdicts(log.export(folder / "export"), (old, new), lambda _: held)
    return {v.complaint: v for v in every if v.differences or v.unjudged}


def test_the_same_policy_treats_three_hundred_complaints_the_same(log, tmp_path):
    for number in range(300):
        one(log, number, TEXTS[number % 3])

    every = list(verdicts(log.export(tmp_path / "export"), (DEFAULT, DEFAULT), lambda _: log.keys))

    assert len(every) == 300
    assert not any(v.differences or v.unjudged for v in every)


def test_a_longer_promise_moves_the_deadline_of_its_priority_alone(log, tmp_path):
    for number in range(300):
        one(log, number, TEXTS[number % 3])
    wish = log.documents[named(1)].state.priority

    found = judged(log, tmp_path, new=slower(wish))

    assert {*found} == {named(number) for number in range(1, 300, 3)}
    (difference,) = found[named(1)].differences
    assert (difference.what, difference.clock) == ("deadline", "resolution:1")
    assert difference.old < difference.new


def test_what_is_decided_again_under_the_same_policy_is_what_was_recorded(log, tmp_path):
    one(log, 1, WISH)
    log.now += timedelta(minutes=3)
    sequence = log.documents[named(1)].state.sequence
    log.tell(named(1), set_priority("P2", expected=sequence), stage=None)
    log.now += timedelta(minutes=3)
    log.tell(named(1), cause(), stage="investigation")
    state = log.documents[named(1)].state
    folder = log.export(tmp_path / "export")

    ((case,),) = cases(folder)
    for personal in case.sealed:
        personal.unlock(log.keys[personal.kid])
    outcome = rerun(case.complaint, case.told, DEFAULT, read_manifest(folder).moment)

    assert outcome.failed == ""
    assert outcome.priority == ["P4", "P2"]
    assert (outcome.category, outcome.team) == ([state.category], [state.team])
    for name, clock in state.clocks.items():
        assert outcome.deadlines[name] == clock.due_at


def test_answers_and_commands_fit_though_a_policy_numbers_the_events_before_them_otherwise(
    log, tmp_path
):
    log.tell(named(1), admitted(WISH))
    found(log, 1, complaints=9)
    sequence = log.documents[named(1)].state.sequence
    log.tell(named(1), set_priority("P2", expected=sequence), stage=None)
    ((case,),) = cases(log.export(tmp_path / "export"))
    for personal in case.sealed:
        personal.unlock(log.keys[personal.kid])
    before = case.told[0].envelope.model_copy(update={"data": an_example(InfoRequested)})
    one_more = [Told(before, case.told[0].now), *case.told]

    outcomes = [rerun(named(1), told, DEFAULT, log.now) for told in (case.told, one_more)]

    assert [outcome.priority for outcome in outcomes] == [["P4", "P3", "P2"]] * 2


def test_a_timer_fires_at_its_own_instant_whenever_the_log_has_it(log, tmp_path):
    log.tell(named(1), admitted(MISSING))
    promised = log.documents[named(1)].state.clocks["first_action:1"].due_at
    log.now = promised + timedelta(hours=1)
    log.tell(named(1), set_priority("P4", roles=("supervisor",)), stage=None)
    ((case,),) = cases(log.export(tmp_path / "export"))
    for personal in case.sealed:
        personal.unlock(log.keys[personal.kid])

    outcome = rerun(named(1), case.told, DEFAULT, log.now)

    assert outcome.priority == ["P2", "P4"]
    assert outcome.deadlines["first_action:1"] == promised


@pytest.mark.parametrize(
    ("budget", "priority"),
    [("PT5H", ["P4, then P3"]), ("PT5H59M", ["P4, then P3"]), ("PT6H1M", [])],
)
def test_time_passes_after_the_last_record_up_to_the_export(log, tmp_path, budget, priority):
    one(log, 1, WISH)  # at 9:00, exported at 12:00: half of six hours later
    found = judged(log, tmp_path, new=slower("P4", budget))
    differences = found[named(1)].differences
    assert [d.new for d in differences if d.what == "priority"] == priority


def test_a_clock_that_stood_still_counts_from_what_happened_not_from_when_it_was_read(
    log, tmp_path
):
    one(log, 1, MISSING)
    for data, backlog_hours in ((recheck(), 2), (cause(), 8)):
        log.now += timedelta(hours=9)
        happened = log.now - timedelta(hours=backlog_hours)
        log.tell(named(1), data, stage="investigation", time=happened)
    ((case,),) = cases(log.export(tmp_path / "export"))
    for personal in case.sealed:
        personal.unlock(log.keys[personal.kid])

    outcome = rerun(named(1), case.told, DEFAULT, log.now)

    clocks = log.documents[named(1)].state.clocks
    assert clocks["resolution:1"].pauses
    assert outcome.deadlines["resolution:1"] == clocks["resolution:1"].due_at


def test_a_destroyed_or_lost_key_leaves_its_complaint_unjudged(log, tmp_path):
    for number in range(3):
        one(log, number, MISSING)
    keys = {**log.keys, named(1): DataKey(named(1), None)}
    del keys[named(2)]

    found = judged(log, tmp_path, new=DEFAULT, keys=keys)

    assert {complaint: v.unjudged for complaint, v in found.items()} == {
        named(1): "erased",
        named(2): "erased",
    }


def test_a_policy_under_which_a_rule_fails_is_named_as_an_error(log, tmp_path):
    one(log, 1, MISSING)

    found = judged(log, tmp_path, new=changed(resolution={}))

    errors = [d for d in found[named(1)].differences if d.what == "error"]
    assert [(d.old, d.new) for d in errors] == [("", "KeyError")]


def test_records_of_several_topics_are_taken_in_the_order_triage_took_them(log, tmp_path):
    log.tell(named(1), admitted(MISSING))
    for _ in range(3):
        log.now += timedelta(seconds=1)
        log.tell(named(1), cause(), stage="investigation", time=log.now - timedelta(seconds=5))
    log.now += timedelta(seconds=1)
    log.tell(named(1), decision(), stage="resolution", time=log.now - timedelta(seconds=30))

    ((case,),) = cases(log.export(tmp_path / "export"))

    told = [
        type(one.envelope.data).__name__
        for one in case.told
        if isinstance(one.envelope.data, Event)
    ]
    assert (told[0], told[-1]) == ("AdmissibilityDecided", "DecisionMade")


def test_a_record_that_came_twice_is_decided_once(log, tmp_path):
    one(log, 1, MISSING)
    topic = "complaints.verification.events"
    log.topics[topic].append(log.topics[topic][0]._replace(offset=1))

    ((case,),) = cases(log.export(tmp_path / "export"))

    assert len(case.told) == 2


def test_what_is_no_export_is_said_in_one_line(tmp_path):
    with pytest.raises(UsageError, match="no complete export"):
        list(verdicts(tmp_path, (DEFAULT, DEFAULT), lambda _: {}))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nobody", "demo"], "there is no such policy"),
        (["default", "missing.yaml"], "cannot read the policy"),
        (["default", "{bad}"], "holds no whole policy"),
    ],
)
def test_a_policy_that_cannot_be_had_is_a_wrong_use(arguments, said, tmp_path, capsys):
    bad = tmp_path / "bad.yaml"
    bad.write_text("version: secret-words\n", "utf-8")
    words = [argument.replace("{bad}", str(bad)) for argument in arguments]

    with pytest.raises(SystemExit) as end:
        main(["policy", "diff", *words, "--from", str(tmp_path)])

    error = capsys.readouterr().err
    assert end.value.code == 2
    assert said in error
    assert "secret-words" not in error
