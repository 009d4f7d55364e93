"""Erasure's rules: two people, no legal hold, and never undone."""

from __future__ import annotations

from collections.abc import Mapping

from services.intake.erasing.state import Erasable
from shared.decider import Context, DecideRule
from shared.events.base import Event, Input, StaffCommand
from shared.events.intake import (
    ComplaintErased,
    EraseSubmitted,
    ErasureApproved,
    ErasureRefused,
    ErasureRequested,
    HoldLifted,
    HoldSet,
    HoldSubmitted,
    KeyDestroyed,
)
from shared.http.tokens import PRIVACY

ERASERS = frozenset({PRIVACY})
KEEPERS = frozenset({PRIVACY, "admin"})


def on_erase(state: Erasable, data: EraseSubmitted, context: Context) -> list[Event]:
    """The first person's word is kept, another one's sets it going."""
    if rule := _against(state, data) or _against_erasing(state, data):
        return [ErasureRefused(rule=rule, input_id=context.cause, staff=data.staff)]
    said = {"reason": data.reason, "staff": data.staff}
    if state.erasure.asked_by is None:
        return [ErasureRequested(**said)]
    return [ErasureApproved(**said)]


def on_hold(state: Erasable, data: HoldSubmitted, context: Context) -> list[Event]:
    """What a court needs is kept, whoever asked to forget it."""
    rule = _against(state, data)
    if rule is None and KEEPERS.isdisjoint(data.roles):
        rule = "role-too-low"
    if rule is None and data.on is state.erasure.hold:
        rule = "on-hold" if data.on else "not-on-hold"
    if rule:
        return [ErasureRefused(rule=rule, input_id=context.cause, staff=data.staff)]
    said = {"reason": data.reason, "staff": data.staff}
    return [HoldSet(**said) if data.on else HoldLifted(**said)]


def on_key_destroyed(state: Erasable, data: KeyDestroyed, context: Context) -> list[Event]:
    """Tell every reader of the log."""
    return [ComplaintErased(reason=state.erasure.reason)]


def _against(state: Erasable, data: StaffCommand) -> str | None:
    if state.reference is None:
        return "not-received"
    if state.erasure.approved:
        return "erased"
    moved_on = 0 < data.expected_sequence < state.sequence
    return "case-moved-on" if moved_on else None


def _against_erasing(state: Erasable, data: EraseSubmitted) -> str | None:
    if ERASERS.isdisjoint(data.roles):
        return "role-too-low"
    if state.erasure.hold:
        return "on-hold"
    return "same-person" if state.erasure.asked_by == data.staff else None


ERASURE: Mapping[type[Event | Input], DecideRule] = {
    EraseSubmitted: on_erase,
    HoldSubmitted: on_hold,
    KeyDestroyed: on_key_destroyed,
}
