"""The staff command of clocks: name the date by which a statutory one is met after all."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.events.triage import ClockExtensionSubmitted
from shared.http.tokens import Principal
from shared.runner.staff import Command

Reason = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,63}$", description="a code, no prose")]


class Extend(BaseModel):
    """Which clock runs until the end of which day, and why."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    clock: Literal["decide", "acknowledge"]
    until: date
    reason: Reason


def _extend(body: Extend, staff: Principal, _now: datetime) -> ClockExtensionSubmitted:
    return ClockExtensionSubmitted(
        staff=staff.subject, clock=body.clock, until=body.until, reason=body.reason
    )


COMMANDS = {"extend": Command(Extend, _extend, frozenset({"supervisor"}))}
