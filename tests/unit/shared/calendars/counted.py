"""Instants and budgets as the tables of these tests write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from shared.rules.calendars import Budget, Calendar, calendar, due_at


def local(text, on):
    """A wall clock's time where a calendar is: `2026-05-01 23:59`, as an instant in UTC."""
    zone = ZoneInfo((on if isinstance(on, Calendar) else calendar(on)).zone)
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def due(start, budget, on):
    """When a budget in words is due that counts from a wall clock's time."""
    found = on if isinstance(on, Calendar) else calendar(on)
    return due_at(local(start, found), Budget.model_validate(budget), found)


def shift(**parts):
    """A calendar of nowhere, but for what is said of it."""
    hours = {"opens": "09:00", "closes": "17:00", "weekdays": range(5)}
    told = {"name": "desk", "version": "1", "source": "a test", "zone": "Europe/London"}
    return Calendar.model_validate({**told, **hours, **parts})
