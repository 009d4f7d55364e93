"""A decision is counted with what the timeline in MongoDB tells of its complaint."""

from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import REGISTRY

from services.notify.figures.counting import figures, wanted
from services.notify.history import INDEXES
from services.notify.state import NotifyState
from shared.envelope import make, write
from shared.events.intake import ComplaintReceived
from shared.events.investigation import RemedyProposed
from shared.events.personal import DataKey
from shared.events.resolution import DecisionMade
from shared.events.triage import CaseAssigned, CaseRecategorised
from shared.events.verification import AdmissibilityDecided
from shared.runner.folded import Folded, Incoming
from shared.runner.history import row_of
from shared.runner.ports import Document, Trigger
from shared.sealed import seal
from shared.testing.builders import COMPLAINT, an_example

T0 = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
STORY = (
    ("intake", ComplaintReceived, 1, {}),
    ("verification", AdmissibilityDecided, 2, {}),
    ("triage", CaseAssigned, 4, {"category": "api", "language": "vi", "team": "identity"}),
    ("investigation", RemedyProposed, 14, {"proposed_by": "playbook:suggestion"}),
    ("triage", CaseRecategorised, 20, {"category": "kyc", "team": "identity"}),
    ("resolution", DecisionMade, 44, {}),
)
CASE = {"category": "kyc", "language": "vi", "channel": "telegram"}


def event(stage, model, minutes, changes):
    data = an_example(model).model_copy(update=changes)
    if model is ComplaintReceived:
        facts = data.facts.model_copy(update={"channel": "telegram", "received_at": T0})
        data = data.model_copy(update={"facts": facts})
    seal(data, DataKey(COMPLAINT, bytes(32)), f"{stage}-{minutes}")
    at = T0 + timedelta(minutes=minutes)
    told = {"id": f"{stage}-{minutes}", "sequence": minutes}
    return make(data, stage=stage, complaint=COMPLAINT, time=at, lane="normal", **told)


@pytest.fixture
async def decided(wiring):
    """The batch that holds the decision; the rows of the whole story are in the database."""
    events = [event(*one) for one in STORY]
    store = wiring.stores["notify"]
    await store.prepare((), INDEXES)
    await store.append([row_of(one, write(one)) for one in events])
    last = Incoming(events[-1], b"", Trigger("g", "t", 0, 0))
    return [Folded(Document(COMPLAINT, NotifyState()), "", applied=[last])]


async def test_a_decision_is_counted_by_what_its_case_was(wiring, decided):
    def value(name, **labels):
        return REGISTRY.get_sample_value(name, labels) or 0

    stage = {"stage": "investigation", "category": "kyc"}
    before = value("redress_stage_seconds_sum", **stage)

    await figures(wiring)(decided)

    assert value("redress_cases_decided_total", **CASE, by="rules") == 1
    assert value("redress_resolution_seconds_sum", **CASE) == 44 * 60
    assert value("redress_stage_seconds_sum", **stage) - before == 10 * 60


@pytest.mark.usefixtures("decided")
async def test_the_rows_of_stories_are_found_by_indexes_alone(wiring):
    asked = {"find": "notify_history", "filter": wanted([COMPLAINT, "another"])}

    plan = str((await wiring.database.command("explain", asked))["queryPlanner"]["winningPlan"])

    assert "COLLSCAN" not in plan
    assert all(index.name in plan for index in INDEXES[1:3])
