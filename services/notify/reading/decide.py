"""The rules of access to a customer's words: for a reason, for a while, and on record."""

from __future__ import annotations

from collections.abc import Mapping

from services.notify.reading.state import ONCE_WITHIN
from services.notify.state import NotifyState
from shared.decider import Context, DecideRule
from shared.events.base import Event, Input
from shared.events.notify import (
    AccessGranted,
    AccessRefused,
    AccessRevoked,
    AccessSubmitted,
    CaseRead,
    CaseReadSubmitted,
)
from shared.http.tokens import PRIVACY

READERS = frozenset({"agent", "supervisor", "director", "auditor", "admin"})
KEEPERS = frozenset({"supervisor", PRIVACY, "admin"})
"""Who takes access away, and gives it to others."""


def on_access(state: NotifyState, data: AccessSubmitted, context: Context) -> list[Event]:
    """A person states a reason and may read for a while; a keeper may end it."""
    if rule := _against(state, data):
        return [AccessRefused(rule=rule, input_id=context.cause, staff=data.staff)]
    said = {"holder": data.holder, "reason": data.reason, "staff": data.staff}
    if not data.on:
        return [AccessRevoked(**said)]
    return [AccessGranted(**said, until=context.now + context.policy.notify.access_for)]


def on_read(state: NotifyState, data: CaseReadSubmitted, context: Context) -> list[Event]:
    """Keep each reading once, however often the page is loaded anew."""
    seen = (data.staff, data.part, data.evidence_id)
    for one in state.readings:
        if (one.staff, one.part, one.evidence_id) == seen and context.now - one.at < ONCE_WITHIN:
            return []
    told = data.model_dump(include={"staff", "part", "evidence_id", "ground", "reason"})
    return [CaseRead(**told)]


def _against(state: NotifyState, data: AccessSubmitted) -> str | None:
    if state.reference is None:
        return "not-received"
    if 0 < data.expected_sequence < state.sequence:
        return "case-moved-on"
    own = data.on and data.holder == data.staff
    if (READERS if own else KEEPERS).isdisjoint(data.roles):
        return "role-too-low"
    return "access-revoked" if own and state.revoked(data.staff) else None


READING: Mapping[type[Event | Input], DecideRule] = {
    AccessSubmitted: on_access,
    CaseReadSubmitted: on_read,
}
