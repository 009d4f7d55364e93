"""What was found and why it happened, and what people are, or were, needed for. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.notify.cases.telling import Note, Told, percent, plain
from shared.events.base import Event
from shared.events.investigation import (
    CauseDetermined,
    FindingNoted,
    FindingRecorded,
    WorkItemClosed,
    WorkItemEscalated,
    WorkItemOpened,
    WorkItemReminded,
)

WAITS: Mapping[type[Event], str] = {
    WorkItemReminded: "reminded",
    WorkItemEscalated: "escalated: it waits for too long",
}


@dataclass(frozen=True)
class Task:
    """What a person is needed for; `done_at` and `done_by` once it is done.

    `article` is where the rule is written that held a decision back.
    """

    reason: str
    level: int
    assignee: str
    opened_at: datetime
    points: tuple[str, ...] = ()
    article: str | None = None
    waits: str = ""
    done: str = ""
    done_at: datetime | None = None
    done_by: str | None = None


def findings_of(told: Told) -> list[Note]:
    """What playbooks and people found, the newest first."""
    found = [
        _by_rule(event.time, data)
        if isinstance(data, FindingRecorded)
        else _by_person(event.time, data, told.said(data.reason))
        for event, data in told.of(FindingRecorded, FindingNoted)
    ]
    return found[::-1]


def causes_of(told: Told) -> list[Note]:
    """The root causes that were determined, the newest first."""
    found = []
    for event, data in told.of(CauseDetermined):
        facts = {
            "confidence": percent(data.confidence),
            "detail": plain(data.detail or ""),
            "against it": ", ".join(data.contradicting),
            "reason": plain(data.reason or ""),
        }
        found.append(_note(plain(data.cause), event.time, data.decided_by, facts, data.level))
    return found[::-1]


def tasks_of(told: Told) -> list[Task]:
    """The tasks, the open one first; one that another replaced counts as done by it."""
    found: list[Task] = []
    kinds = (WorkItemOpened, WorkItemReminded, WorkItemEscalated, WorkItemClosed)
    for event, data in told.of(*kinds):
        if isinstance(data, WorkItemReminded | WorkItemEscalated):
            found[-1:] = [replace(one, waits=WAITS[type(data)]) for one in found[-1:]]
            continue
        if found and not found[-1].done:
            done = "another task" if isinstance(data, WorkItemOpened) else plain(data.done)
            by = None if isinstance(data, WorkItemOpened) else data.done_by
            found[-1] = replace(found[-1], done=done, done_at=event.time, done_by=by)
        if isinstance(data, WorkItemOpened):
            about = (plain(data.reason), data.level, data.assignee, event.time, data.points)
            found.append(Task(*about, data.article))
    return found[::-1]


def _by_rule(at: datetime, data: FindingRecorded) -> Note:
    facts = {"remedy": plain(data.remedy), **_details(data.details)}
    by = f"playbook {data.playbook_version}"
    return _note(plain(data.finding), at, by, facts, data.level, data.explanation)


def _by_person(at: datetime, data: FindingNoted, reason: str) -> Note:
    facts = {
        "point": data.point or "",
        "confidence": percent(data.confidence),
        "evidence against it": ", ".join(data.contradicting),
    }
    return _note(plain(data.finding), at, data.found_by, facts, data.level, reason)


def _details(details: Mapping[str, Any]) -> dict[str, str]:
    return {plain(name): _text(value) for name, value in details.items() if value is not None}


def _text(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _note(
    title: str, at: datetime, by: str, facts: Mapping[str, str], level: int, text: str = ""
) -> Note:
    given = tuple((name, value) for name, value in facts.items() if value)
    return Note(title, at, by, given, text, level)
