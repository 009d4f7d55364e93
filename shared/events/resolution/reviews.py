"""What a review leads to: actions against a cause, and whether they helped."""

from datetime import date
from typing import ClassVar

from pydantic import AwareDatetime, Field

from shared.events.base import Event, Model, Refused, Result, StaffCommand
from shared.events.personal import Personal


class Share(Model):
    """So many of all cases that were decided in a time were of the cause."""

    cases: int = Field(ge=0)
    of: int = Field(ge=0)


class ActionSubmitted(StaffCommand):
    """A person plans an action after a review.

    `owner` is a role or a team, as a code; `against` the finding or the cause that it is to make
    rarer, as the case's decision names it.
    """

    event_type: ClassVar[str] = "redress.action-submitted.v1"
    what: Personal
    owner: str
    due_on: date
    against: str


class ActionDoneSubmitted(StaffCommand):
    """A person says that an action is carried out."""

    event_type: ClassVar[str] = "redress.action-done-submitted.v1"
    action_id: str


class CasesCounted(Result):
    """How many decided cases were of the cause before the action was done, and after it."""

    event_type: ClassVar[str] = "redress.cases-counted.v1"
    before: Share
    after: Share


class ActionPlanned(Event):
    """Something is to be done, by whom and until when, so that the cause becomes rarer."""

    event_type: ClassVar[str] = "redress.action-planned.v1"
    action_id: str
    what: Personal
    owner: str
    due_on: date
    against: str
    staff: str


class ActionOverdue(Event):
    """The day that the action was due has passed; said once."""

    event_type: ClassVar[str] = "redress.action-overdue.v1"
    action_id: str
    owner: str
    due_on: date


class ActionDone(Event):
    """The action is carried out; at `measure_at` its effect is counted, back to `since`."""

    event_type: ClassVar[str] = "redress.action-done.v1"
    action_id: str
    staff: str
    since: AwareDatetime
    done_at: AwareDatetime
    measure_at: AwareDatetime


class ActionMeasured(Event):
    """What came of the action: the share of its cause among all decided cases, before and after.

    `rarer` is None where too few cases were decided to tell. With this an action is closed.
    """

    event_type: ClassVar[str] = "redress.action-measured.v1"
    action_id: str
    against: str
    before: Share
    after: Share
    rarer: bool | None = None


class ActionRefused(Refused):
    """The action does not fit the case, or is done already."""

    event_type: ClassVar[str] = "redress.action-refused.v1"
