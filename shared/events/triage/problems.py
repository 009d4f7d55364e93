"""Triage: problems that many complaints share, each of which still gets its own decision."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime

from shared.events.base import Event, Input, Model, Refused, Result, StaffCommand

Word = Literal["opened", "fixed"]


class Surge(Model):
    """Many complaints about the same thing: a problem that others have (`known`), or a new one.

    `since` is from when on complaints about the same thing belong to it.
    """

    problem_id: str
    since: AwareDatetime
    known: bool


class ProblemNoticed(Input):
    """Another complaint about the same thing has opened a problem."""

    event_type: ClassVar[str] = "redress.problem-noticed.v1"
    problem_id: str
    since: AwareDatetime


class ProblemFixSubmitted(StaffCommand):
    """A person says that what the members complain about is mended; `reason` is a code."""

    event_type: ClassVar[str] = "redress.problem-fix-submitted.v1"
    reason: str


class ProblemFixNoticed(Input):
    """The problem was mended, as told to another member."""

    event_type: ClassVar[str] = "redress.problem-fix-noticed.v1"
    problem_id: str
    reason: str
    staff: str


class MembersInformed(Result):
    """`told` members know; `last` is the last one, where more may follow."""

    event_type: ClassVar[str] = "redress.members-informed.v1"
    told: int
    last: str | None = None


class ProblemOpened(Event):
    """So many complaints about the same thing came at once that they are one problem."""

    event_type: ClassVar[str] = "redress.problem-opened.v1"
    problem_id: str
    since: AwareDatetime
    category: str
    asset: str | None = None
    network: str | None = None


class ProblemJoined(Event):
    """The complaint belongs to a problem; it keeps its clocks and gets its own decision."""

    event_type: ClassVar[str] = "redress.problem-joined.v1"
    problem_id: str
    since: AwareDatetime


class ProblemFixed(Event):
    """What the members complain about is mended; `noticed` where another member was told first."""

    event_type: ClassVar[str] = "redress.problem-fixed.v1"
    problem_id: str
    reason: str
    staff: str
    noticed: bool = False


class MembersTold(Event):
    """The other members know that the problem was opened, or fixed; from `last` on if it is set."""

    event_type: ClassVar[str] = "redress.members-told.v1"
    problem_id: str
    what: Word
    told: int
    last: str | None = None


class ProblemFixRefused(Refused):
    """The complaint belongs to no problem, or to one that is fixed."""

    event_type: ClassVar[str] = "redress.problem-fix-refused.v1"
