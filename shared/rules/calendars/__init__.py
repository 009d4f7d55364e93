"""Deadlines: budgets counted on dated calendars, and the clocks that the law sets."""

from shared.rules.calendars.budget import Budget, Kind
from shared.rules.calendars.calendar import Calendar, calendar, calendars
from shared.rules.calendars.counting import due_at, paused, reached_at, republished
from shared.rules.calendars.packs import Pack, PackClock, Part, pack, packs

__all__ = [
    "Budget",
    "Calendar",
    "Kind",
    "Pack",
    "PackClock",
    "Part",
    "calendar",
    "calendars",
    "due_at",
    "pack",
    "packs",
    "paused",
    "reached_at",
    "republished",
]
