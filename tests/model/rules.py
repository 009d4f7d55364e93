"""A stage with every kind of answer an input can have, and the inputs that ask for them."""

from __future__ import annotations

from datetime import timedelta

from shared.decider import Decider, State, due
from shared.events.base import RedriveSubmitted, TimerElapsed
from shared.events.investigation import EvidenceMissing
from shared.events.triage import (
    AssigneeFound,
    IdentityNoted,
    PrioritySubmitted,
    TriageLaneRaised,
)
from shared.events.verification import InfoProvided

ANSWERS = {"plain": 1, "pair": 2, "silent": 0, "boom": 1, "raise": 1}
WORK = {"call": 1, "chain": 1, "later": 1, "again": 1}
KINDS = (*ANSWERS, *WORK)
LATER = timedelta(seconds=60)


class Told(State):
    """What was noted, by which cause, and which work was answered."""

    notes: tuple[tuple[str, str], ...] = ()
    done: tuple[str, ...] = ()


class Rules:
    """The deployed version: a broken one raises where a mended one answers."""

    def __init__(self, *, broken: bool) -> None:
        self.broken = broken
        asks = dict.fromkeys((InfoProvided, EvidenceMissing, PrioritySubmitted), self._asked)
        results = dict.fromkeys((AssigneeFound, TimerElapsed), _answered)
        self.decider = Decider(Told, {**asks, **results}, {IdentityNoted: _noted})

    def _asked(self, _state, data, _context):
        kind = kind_of(data)
        if kind == "boom" and self.broken:
            raise KeyError("a bug")
        if kind == "raise":
            return [TriageLaneRaised(reason="asked")]
        return [IdentityNoted(user_id=kind, level="asked")] * expected(kind)


def kind_of(data):
    """What the input asks for."""
    if isinstance(data, InfoProvided):
        return data.items[0]
    return data.key if isinstance(data, EvidenceMissing) else data.reason


def expected(kind):
    """How many events answer an input of that kind, a raised lane aside."""
    return {**ANSWERS, **WORK}[kind]


def asking(source, kind):
    """An event of another stage, or a command of staff, that asks for `kind`."""
    if source == "verification":
        return InfoProvided(items=(kind,))
    if source == "investigation":
        return EvidenceMissing(key=kind, source="chain", problem="none")
    return PrioritySubmitted(staff="s", priority="P1", reason=kind)


def redrive():
    """What an operator sends after a fix."""
    return RedriveSubmitted(staff="op")


def _answered(_state, data, _context):
    return [IdentityNoted(user_id=data.key, level="done")]


def _noted(state, data, event):
    if data.level == "done":
        answered = {"due": state.without(data.user_id), "done": (*state.done, data.user_id)}
        return state.model_copy(update=answered)
    notes = (*state.notes, (data.user_id, event.causationid))
    owed = state.owing(*_work(data.user_id, event))
    return state.model_copy(update={"notes": notes, "due": owed})


def _work(kind, event):
    """Items for the outside world have a key of their own; a timer is moved under its old one."""
    call = f"call:{event.sequence}"
    if kind == "call":
        return [due(event, call, "call")]
    if kind == "chain":
        return [due(event, call, "call"), due(event, f"undo:{event.sequence}", "call", after=call)]
    if kind == "later":
        return [due(event, call, "call", event.time + LATER)]
    if kind == "again":
        return [due(event, "timer", "timer", event.time + LATER)]
    return []
