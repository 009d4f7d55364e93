"""Triage's staff commands: hand a case over, change its priority."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.triage.clocks import api as clocks
from services.triage.labels import api as labels
from services.triage.merging import api as merging
from services.triage.problems import api as problems
from services.triage.taking import api as taking
from shared.events.base import Priority
from shared.events.triage import AssignmentSubmitted, PrioritySubmitted
from shared.http.tokens import Principal
from shared.runner.staff import Command

Reason = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,63}$", description="a code, no prose")]
Person = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:@|-]{1,127}$")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Assign(_Body):
    """Who takes the case, and why."""

    assignee: Person
    reason: Reason


class SetPriority(_Body):
    """How urgent the case is, and why."""

    priority: Priority
    reason: Reason


def _assign(body: Assign, staff: Principal, _now: datetime) -> AssignmentSubmitted:
    return AssignmentSubmitted(staff=staff.subject, assignee=body.assignee, reason=body.reason)


def _set_priority(body: SetPriority, staff: Principal, _now: datetime) -> PrioritySubmitted:
    return PrioritySubmitted(staff=staff.subject, priority=body.priority, reason=body.reason)


COMMANDS = {
    **labels.COMMANDS,
    **problems.COMMANDS,
    **clocks.COMMANDS,
    **taking.COMMANDS,
    **merging.COMMANDS,
    "assign": Command(Assign, _assign, frozenset({"agent", "supervisor"})),
    "set-priority": Command(SetPriority, _set_priority, frozenset({"agent", "supervisor"})),
}
