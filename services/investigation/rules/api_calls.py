"""The judge of API complaints: the log of the account's keys as the playbook's facts."""

from pydantic import TypeAdapter

from services.investigation.playbooks.api import API, ApiCase, judge_api
from services.investigation.rules.filing import content
from services.investigation.rules.judging import Judgement, by_sheet
from services.investigation.rules.reading import read
from services.investigation.state import InvestigationState
from shared.decider import Context

CALLS, INCIDENTS = "api_calls", "incidents"  # the sources
_CASE = TypeAdapter(ApiCase)


def judged(state: InvestigationState, _context: Context) -> Judgement | str:
    """What the API playbook makes of the evidence."""
    calls, incidents = content(state, CALLS), content(state, INCIDENTS)
    facts = {"calls": calls.get("rows"), "incidents": incidents.get("rows")}
    case = read(_CASE, facts)
    if case is None:
        return "facts-missing"
    found = judge_api(case)
    return found if isinstance(found, str) else by_sheet(API, found)
