"""Triage: a person's better knowledge of what a complaint is about, which becomes a label."""

from typing import ClassVar

from shared.events.base import Category, Event, Refused, StaffCommand


class CategorySubmitted(StaffCommand):
    """A person corrects the category, with a reason code."""

    event_type: ClassVar[str] = "redress.category-submitted.v1"
    category: Category
    reason: str


class CaseRecategorised(Event):
    """The case is about something else; `assignee` keeps it, None where another team takes over."""

    event_type: ClassVar[str] = "redress.case-recategorised.v1"
    category: Category
    before: Category
    team: str
    assignee: str | None = None
    reason: str
    staff: str


class CategoryRefused(Refused):
    """The change of category does not fit the case."""

    event_type: ClassVar[str] = "redress.category-refused.v1"
