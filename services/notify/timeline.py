"""The staff's timeline: every event of a complaint as a row a person can read. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from services.notify.letters.render import Text, render
from shared.envelope import Envelope
from shared.errors import KeyMissingError
from shared.events.base import Model
from shared.events.notify import LetterRequested
from shared.events.personal import SEALED, Personal
from shared.pipeline import STAGES

UNREADABLE = "(unreadable: the key is missing)"
_ORDER = {name: place for place, name in enumerate(STAGES)}


class Entry(Model):
    """A named piece of an event: a plain value, or a person's words."""

    name: str
    value: str


class Letter(Model):
    """A letter as the customer reads it."""

    subject: str
    text: str


class TimelineRow(Model):
    """One event; `waited_s` are the seconds since the row before it."""

    time: datetime
    stage: str
    sequence: int
    type: str
    title: str
    details: tuple[Entry, ...]
    personal: tuple[Entry, ...]
    letter: Letter | None
    actor: str
    lane: str
    waited_s: float | None
    event_id: str
    caused_by: str


def timeline(events: Sequence[Envelope], *, reads: bool) -> list[TimelineRow]:
    """The rows in the order of their instants; personal values must be unlocked.

    Who has no right to them `reads` none, and sees that they are there.
    """
    ordered = in_order(events)
    before: list[Envelope | None] = [None, *ordered[:-1]]
    return [_row(event, last, reads=reads) for event, last in zip(ordered, before, strict=False)]


def in_order(events: Sequence[Envelope]) -> list[Envelope]:
    """Events by time; at one instant by stage, then by sequence."""
    return sorted(events, key=lambda e: (e.time, _ORDER[e.stage], e.sequence or 0))


def title_of(event_type: str) -> str:
    """`redress.case-assigned.v1` as a person says it: `Case assigned`."""
    return event_type.removeprefix("redress.").rpartition(".v")[0].replace("-", " ").capitalize()


def details_of(event: Envelope) -> tuple[Entry, ...]:
    """The plain values of an event, by their names; nothing personal."""
    leaves = _leaves(event.data, "")
    return _entries((n, _plain(v)) for n, v in leaves if not isinstance(v, Personal))


def _row(event: Envelope, before: Envelope | None, *, reads: bool) -> TimelineRow:
    leaves = _leaves(event.data, "")
    return TimelineRow(
        time=event.time,
        stage=event.stage,
        sequence=event.sequence or 0,
        type=event.type,
        title=title_of(event.type),
        details=details_of(event),
        personal=_entries(
            (n, words(v) if reads else SEALED) for n, v in leaves if _for_staff(n, v)
        ),
        letter=_letter(event.data) if reads else None,
        actor=event.actor,
        lane=event.lane,
        waited_s=(event.time - before.time).total_seconds() if before else None,
        event_id=event.id,
        caused_by=event.causationid,
    )


def _for_staff(name: str, value: Any) -> bool:
    """Staff read what was written, but never what a customer knows our mails by."""
    return isinstance(value, Personal) and name != "anti_phishing_code"


def _entries(pairs: Iterator[tuple[str, str]]) -> tuple[Entry, ...]:
    return tuple(Entry(name=name, value=value) for name, value in pairs if value)


def _letter(data: Any) -> Letter | None:
    if not isinstance(data, LetterRequested):
        return None
    text = as_read(data)
    return Letter(subject=text.subject, text=text.body)


def as_read(letter: LetterRequested) -> Text:
    """A letter's text on a page; words whose key is missing do not take the rest with them."""
    told = letter.explanation
    readable = {
        "explanation": told and Personal(words(told)),
        "points": tuple(
            one.model_copy(update={"reason": Personal(words(one.reason))}) for one in letter.points
        ),
    }
    return render(letter.model_copy(update=readable))


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, BaseModel):
        parts: Any = ((name, getattr(value, name)) for name in type(value).model_fields)
    elif isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, tuple) and any(isinstance(item, BaseModel) for item in value):
        parts = enumerate(value, start=1)
    else:
        yield path, value
        return
    for name, part in parts:
        yield from _leaves(part, f"{path}.{name}" if path else str(name))


def _plain(value: Any) -> str:
    if value is None or value == ():
        return ""
    if isinstance(value, tuple):
        return ", ".join(map(_plain, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, datetime) else str(value)


def words(personal: Personal) -> str:
    """A person's words; what cannot be unlocked says so."""
    try:
        return personal.text
    except (KeyMissingError, ValueError):
        return UNREADABLE
