"""What staff may ask of verification."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.intake.verification.decide import MAY_DECIDE
from shared.events.verification import InadmissibleSubmitted
from shared.http.tokens import Principal
from shared.runner.staff import Command

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,49}$")]


class Inadmissible(BaseModel):
    """Why the complaint may not be dealt with: codes, which the letter puts into words."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    reasons: Annotated[tuple[Code, ...], Field(min_length=1, max_length=10)]


def _inadmissible(body: Inadmissible, staff: Principal, _: datetime) -> InadmissibleSubmitted:
    return InadmissibleSubmitted(staff=staff.subject, reasons=body.reasons)


COMMANDS = {"decide-inadmissible": Command(Inadmissible, _inadmissible, MAY_DECIDE)}
