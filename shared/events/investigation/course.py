"""The course of a case: its owner, its start, its work for a person, its end."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime

from shared.events.base import Category, Event, LaneRaised


class AssignmentNoted(Event):
    """Whose case it is, where the investigation does not start or has started before.

    `points` are the matters that the complaint raises, where there are several.
    """

    event_type: ClassVar[str] = "redress.assignment-noted.v1"
    level: int
    assignee: str
    category: Category
    language: str | None = None
    points: tuple[Category, ...] = ()


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
    """The plan: which sources are asked, by which playbook.

    `points` are the matters that the complaint raises, where there are several.
    """

    event_type: ClassVar[str] = "redress.investigation-started.v1"
    level: int
    category: Category
    playbook: str | None = None
    sources: tuple[str, ...]
    assignee: str
    language: str | None = None
    points: tuple[Category, ...] = ()


class WorkItemOpened(Event):
    """A person is needed: the evidence is collected, the question is open.

    `reason` is a code; `points` are an appeal's, or the complaint's where it raises several. At
    `remind_at` whoever has it is reminded once, at `escalate_at` others hear that it still waits.
    Where the gate held a decision back, `article` is where its rule is written.
    """

    event_type: ClassVar[str] = "redress.work-item-opened.v1"
    level: int
    category: Category
    assignee: str
    reason: str
    points: tuple[str, ...] = ()
    remind_at: AwareDatetime | None = None
    escalate_at: AwareDatetime | None = None
    article: str | None = None


class WorkItemReminded(Event):
    """The task still waits for whoever has the case; said once."""

    event_type: ClassVar[str] = "redress.work-item-reminded.v1"
    level: int
    assignee: str
    opened_for: str


class WorkItemEscalated(Event):
    """The task waits for too long: somebody else has to look at it, a supervisor or the team."""

    event_type: ClassVar[str] = "redress.work-item-escalated.v1"
    level: int
    assignee: str
    opened_for: str


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
