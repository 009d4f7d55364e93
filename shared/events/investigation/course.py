"""The course of a case: its owner, its start, its work for a person, its end."""

from typing import ClassVar, Literal

from shared.events.base import Category, Event, LaneRaised


class AssignmentNoted(Event):
    """Whose case it is, where the investigation does not start or has started before."""

    event_type: ClassVar[str] = "redress.assignment-noted.v1"
    level: int
    assignee: str
    category: Category
    language: str | None = None


class AppealNoted(Event):
    """The points that the next level must answer."""

    event_type: ClassVar[str] = "redress.appeal-noted.v1"
    level: int
    points: tuple[str, ...]


class FixNoted(Event):
    """The problem that the case shares with others was mended; `reason` is the fix's code."""

    event_type: ClassVar[str] = "redress.fix-noted.v1"
    problem_id: str
    reason: str


class InvestigationStarted(Event):
    """The plan: which sources are asked, by which playbook."""

    event_type: ClassVar[str] = "redress.investigation-started.v1"
    level: int
    category: Category
    playbook: str | None = None
    sources: tuple[str, ...]
    assignee: str
    language: str | None = None


class WorkItemOpened(Event):
    """A person is needed: the evidence is collected, the question is open.

    `reason` is a code; `points` are an appeal's.
    """

    event_type: ClassVar[str] = "redress.work-item-opened.v1"
    level: int
    category: Category
    assignee: str
    reason: str
    points: tuple[str, ...] = ()


class WorkItemClosed(Event):
    """What a person was needed for is done: by whom, and how; the envelope's time says when.

    `opened_for` is the code of the task. `done` is `proposed`, or what made the task needless: the
    case was settled, or its sources are asked anew. `done_by` is None where no person did it.
    """

    event_type: ClassVar[str] = "redress.work-item-closed.v1"
    level: int
    opened_for: str
    done: Literal["proposed", "settled", "asked-anew"]
    done_by: str | None = None


class StaffActed(Event):
    """A person did something for the case: whoever holds it for a while keeps it."""

    event_type: ClassVar[str] = "redress.staff-acted.v1"
    staff: str
    act: Literal["add-evidence", "propose", "record-finding", "supersede-evidence"]


class InvestigationEnded(Event):
    """The case is settled at `level`: nothing is asked or proposed any more."""

    event_type: ClassVar[str] = "redress.investigation-ended.v1"
    level: int
    reason: Literal["closed", "inadmissible"]


class InvestigationLaneRaised(LaneRaised):
    """Investigation moved the complaint to the express lane."""

    event_type: ClassVar[str] = "redress.investigation-lane-raised.v1"
