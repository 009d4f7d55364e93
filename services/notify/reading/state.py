"""What a complaint knows of its readers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from shared.decider import EvolveRule, State
from shared.envelope import Envelope
from shared.events.base import Event, Model
from shared.events.notify import AccessGranted, AccessRevoked, CaseRead

ONCE_WITHIN = timedelta(minutes=15)
"""The same person at the same part again within this time is one reading."""


class Access(Model):
    """One person's access: until an instant, or `revoked`."""

    holder: str
    until: datetime
    revoked: bool = False


class Reading(Model):
    """What one person saw, and when."""

    staff: str
    part: str
    evidence_id: str | None
    at: datetime


class Readable(State):
    """The part of notify's state that its readers are kept in; what is over is forgotten."""

    access: tuple[Access, ...] = ()
    readings: tuple[Reading, ...] = ()

    def revoked(self, staff: str) -> bool:
        """Whether the person was kept out."""
        return any(one.holder == staff and one.revoked for one in self.access)


def _with(state: Readable, new: Access, now: datetime) -> Readable:
    kept = (a for a in state.access if a.holder != new.holder and (a.revoked or a.until > now))
    return state.model_copy(update={"access": (*kept, new)})


def on_granted(state: Readable, data: AccessGranted, event: Envelope) -> Readable:
    """The newest grant counts."""
    return _with(state, Access(holder=data.holder, until=data.until), event.time)


def on_revoked(state: Readable, data: AccessRevoked, event: Envelope) -> Readable:
    """Only somebody else may give it back."""
    return _with(state, Access(holder=data.holder, until=event.time, revoked=True), event.time)


def on_read(state: Readable, data: CaseRead, event: Envelope) -> Readable:
    """Remember it for as long as it counts as the same reading."""
    new = Reading(staff=data.staff, part=data.part, evidence_id=data.evidence_id, at=event.time)
    kept = (one for one in state.readings if event.time - one.at < ONCE_WITHIN)
    return state.model_copy(update={"readings": (*kept, new)})


READABLE: Mapping[type[Event], EvolveRule] = {
    AccessGranted: on_granted,
    AccessRevoked: on_revoked,
    CaseRead: on_read,
}
