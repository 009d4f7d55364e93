"""The read log: a reading is on record before its page is shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from services.notify.cases.head import STANDS, head_of
from services.notify.cases.telling import Told
from services.notify.reading.decide import READERS
from services.notify.reading.state import ONCE_WITHIN
from services.notify.timeline import in_order
from shared.envelope import Envelope
from shared.events.intake import ComplaintWithdrawn
from shared.events.notify import AccessGranted, AccessRevoked, CaseRead, CaseReadSubmitted
from shared.events.resolution import CaseClosed
from shared.http.errors import ProblemError

if TYPE_CHECKING:
    from shared.events.notify_reading import Part
    from shared.http.tokens import Principal
    from shared.runner.wiring import Wiring


OVER = (STANDS[CaseClosed], STANDS[ComplaintWithdrawn])
NEEDED = "Open the case first: POST /v1/cases/{id}/open-case with a reason."


class Ground(NamedTuple):
    """Why somebody may read: the case is theirs, or a grant that holds until then."""

    ground: str
    reason: str | None = None
    until: datetime | None = None


def ground_of(events: Sequence[Envelope], who: Principal, now: datetime) -> Ground | None:
    """What lets a person read a case; None for nothing. Pure."""
    if READERS.isdisjoint(who.roles):
        return None
    told = Told(in_order(events), reads=False)
    head = head_of(told)
    if head.assignee == who.subject and head.stands not in OVER:
        return Ground("assignee")
    own = [d for _, d in told.of(AccessGranted, AccessRevoked) if d.holder == who.subject]
    newest = own[-1] if own else None
    if isinstance(newest, AccessGranted) and now < newest.until:
        return Ground("grant", newest.reason, newest.until)
    return None


class ReadLog:
    """Who reads what, kept at the stage's own door."""

    def __init__(self, wiring: Wiring) -> None:
        self.wiring = wiring

    async def require(
        self,
        events: Sequence[Envelope],
        who: Principal,
        now: datetime,
        part: Part,
        evidence_id: str | None = None,
    ) -> None:
        """Raise ProblemError 403 unless the person may read; what they read is on record."""
        if not await self.kept(events, who, now, part, evidence_id):
            raise ProblemError(403, "access_needed", NEEDED)

    async def kept(
        self,
        events: Sequence[Envelope],
        who: Principal,
        now: datetime,
        part: Part = "case",
        evidence_id: str | None = None,
    ) -> bool:
        """Whether a person may read, and if so it is on record. Raises TransientError."""
        ground = ground_of(events, who, now)
        if ground is None:
            return False
        reading = CaseReadSubmitted(
            staff=who.subject,
            roles=tuple(sorted(who.roles)),
            part=part,
            evidence_id=evidence_id,
            ground=ground.ground,
            reason=ground.reason,
        )
        await self._noted(events, reading, now)
        return True

    async def copied(self, events: Sequence[Envelope], who: Principal, now: datetime) -> None:
        """Put on record that a copy goes to who asked what is kept about them. TransientError."""
        reading = CaseReadSubmitted(
            staff=who.subject,
            roles=tuple(sorted(who.roles)),
            part="copy",
            ground="request",
            reason="subject_access",
        )
        await self._noted(events, reading, now)

    async def _noted(
        self, events: Sequence[Envelope], reading: CaseReadSubmitted, now: datetime
    ) -> None:
        lately = (event.data for event in events if event.time > now - ONCE_WITHIN)
        if not any(_same(data, reading) for data in lately):
            await self._keep(events, reading)

    async def _keep(self, events: Sequence[Envelope], reading: CaseReadSubmitted) -> None:
        express = any(event.lane == "express" for event in events)
        await self.wiring.doors["notify"].accept(
            reading,
            complaint=events[0].subject,
            actor=f"staff:{reading.staff}",
            lane="express" if express else "normal",
        )


def _same(before: object, new: CaseReadSubmitted) -> bool:
    seen = (new.staff, new.part, new.evidence_id)
    return isinstance(before, CaseRead) and (before.staff, before.part, before.evidence_id) == seen
