"""What staff ask of access to a case: open it for a reason, or keep somebody out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from services.notify.reading.decide import KEEPERS, READERS
from shared.events.notify import AccessSubmitted
from shared.events.notify_reading import Need
from shared.http.tokens import Principal
from shared.runner.staff import Command, Offer

Person = Annotated[str, Field(min_length=1, max_length=200)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class OpenCase(_Body):
    """Read the customer's words for a while; it is on record who did, and why."""

    reason: Need
    holder: Person | None = None


class RevokeAccess(_Body):
    """Keep a person from reading this case."""

    holder: Person
    reason: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,49}$")]


def _open(body: OpenCase, staff: Principal, _: datetime) -> AccessSubmitted:
    holder = body.holder or staff.subject
    return AccessSubmitted(staff=staff.subject, holder=holder, on=True, reason=body.reason)


def _revoke(body: RevokeAccess, staff: Principal, _: datetime) -> AccessSubmitted:
    return AccessSubmitted(staff=staff.subject, holder=body.holder, on=False, reason=body.reason)


def unoffered(_state: Any, _staff: Principal) -> Sequence[Offer]:
    """The page has a form of its own, shown to those only who need it."""
    return ()


COMMANDS = {
    "open-case": Command(OpenCase, _open, READERS | KEEPERS),
    "revoke-access": Command(RevokeAccess, _revoke, KEEPERS),
}
OFFERS = {"open-case": unoffered}
