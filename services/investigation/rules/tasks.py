"""A task: its reminder, and its end, by whom or why nobody is needed any more."""

from typing import Literal

from services.investigation.state import InvestigationState
from services.investigation.state.course import REMIND
from shared.decider import Context
from shared.events.base import Event, TimerElapsed
from shared.events.investigation import WorkItemClosed, WorkItemEscalated, WorkItemReminded


def finished(
    state: InvestigationState,
    done: Literal["proposed", "settled", "asked-anew"],
    staff: str | None = None,
) -> list[Event]:
    """The open task as done; nothing where none is open.

    A person's task ends by what moves the case on, never by a word alone: a case without a task
    has a proposal, an end, or questions under way.
    """
    if state.task is None:
        return []
    return [WorkItemClosed(level=state.level, opened_for=state.task, done=done, done_by=staff)]


def on_task_waits(state: InvestigationState, data: TimerElapsed, _context: Context) -> list[Event]:
    """Remind whoever has the case once, then say to others that it still waits."""
    if state.task is None:
        return []
    known = {"level": state.level, "assignee": _holder(state), "opened_for": state.task}
    if data.key == REMIND:
        return [WorkItemReminded(**known)]
    return [WorkItemEscalated(**known)]


def _holder(state: InvestigationState) -> str:
    """Who has the case now; it may have changed hands since the task was opened."""
    return state.owner.assignee if state.owner else state.assignee
