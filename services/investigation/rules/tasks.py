"""The end of a task: who did what a person was needed for, or why nobody is needed any more."""

from typing import Literal

from services.investigation.state import InvestigationState
from shared.events.base import Event
from shared.events.investigation import WorkItemClosed


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
