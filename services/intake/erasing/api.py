"""What staff may ask of erasure."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.intake.erasing.decide import ERASERS, KEEPERS
from shared.events.intake import EraseSubmitted, HoldSubmitted
from shared.http.tokens import Principal
from shared.runner.staff import Command


class Because(BaseModel):
    """Why, as a code."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    reason: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,49}$")]


def _erase(body: Because, staff: Principal, _: datetime) -> EraseSubmitted:
    return EraseSubmitted(staff=staff.subject, reason=body.reason)


def _hold(body: Because, staff: Principal, _: datetime) -> HoldSubmitted:
    return HoldSubmitted(staff=staff.subject, on=True, reason=body.reason)


def _release(body: Because, staff: Principal, _: datetime) -> HoldSubmitted:
    return HoldSubmitted(staff=staff.subject, on=False, reason=body.reason)


COMMANDS = {
    "erase": Command(Because, _erase, ERASERS),
    "hold": Command(Because, _hold, KEEPERS),
    "release": Command(Because, _release, KEEPERS),
}
