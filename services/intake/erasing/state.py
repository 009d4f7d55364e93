"""What a complaint knows of its own erasure."""

from __future__ import annotations

from collections.abc import Mapping

from services.intake.linking.state import COMPARE
from services.intake.onward.state import Onward
from shared.decider import EvolveRule, due
from shared.envelope import Envelope
from shared.events.base import Event, Model
from shared.events.intake import (
    ComplaintErased,
    ErasureApproved,
    ErasureRequested,
    HoldLifted,
    HoldSet,
)

ERASE = "erase"


class Erasure(Model):
    """`asked_by` is the first of two people, `reason` theirs; `hold` keeps it from being done."""

    asked_by: str | None = None
    reason: str = ""
    approved: bool = False
    erased: bool = False
    hold: bool = False


class Erasable(Onward):
    """The part of intake's state that erasure is kept in."""

    erasure: Erasure = Erasure()


def _with(state: Erasable, **changes: object) -> Erasable:
    return state.model_copy(update={"erasure": state.erasure.model_copy(update=changes)})


def on_requested(state: Erasable, data: ErasureRequested, _event: Envelope) -> Erasable:
    """One more person has to agree."""
    return _with(state, asked_by=data.staff, reason=data.reason)


def on_approved(state: Erasable, _data: ErasureApproved, event: Envelope) -> Erasable:
    """Owe it; with other complaints it is compared no more, for that leaves traces."""
    forgotten = _uncompared(state)
    owed = forgotten.owing(due(event, ERASE, ERASE))
    return _with(forgotten, approved=True).model_copy(update={"due": owed})


def on_erased(state: Erasable, _data: ComplaintErased, _event: Envelope) -> Erasable:
    """It is done."""
    forgotten = _uncompared(state)
    return _with(forgotten, erased=True).model_copy(update={"due": forgotten.without(ERASE)})


def _uncompared(state: Erasable) -> Erasable:
    linking = state.linking.model_copy(update={"sought": None})
    return state.model_copy(update={"linking": linking, "due": state.without(COMPARE)})


def on_hold_set(state: Erasable, _data: HoldSet, _event: Envelope) -> Erasable:
    """A request that waited for its second person is void."""
    return _with(state, hold=True, asked_by=None, reason="")


def on_hold_lifted(state: Erasable, _data: HoldLifted, _event: Envelope) -> Erasable:
    """It may be asked for again."""
    return _with(state, hold=False)


ERASING: Mapping[type[Event], EvolveRule] = {
    ErasureRequested: on_requested,
    ErasureApproved: on_approved,
    ComplaintErased: on_erased,
    HoldSet: on_hold_set,
    HoldLifted: on_hold_lifted,
}
