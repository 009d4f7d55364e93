"""What staff may ask of verification."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.intake.verification.staff import MAY_DECIDE
from shared.events.verification import (
    InadmissibleSubmitted,
    InfoRequestSubmitted,
    ProofSubmitted,
)
from shared.http.tokens import Principal
from shared.runner.staff import Command

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,49}$")]


class Inadmissible(BaseModel):
    """Why the complaint may not be dealt with: codes, which the letter puts into words."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    reasons: Annotated[tuple[Code, ...], Field(min_length=1, max_length=10)]


class Proof(BaseModel):
    """What the customer showed, as a code of the policy, and the account that it proves."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    proof: Code
    user_id: Annotated[str, Field(min_length=1, max_length=200)]


class Question(BaseModel):
    """What else the customer shall say, by the facts' names."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    items: Annotated[tuple[Code, ...], Field(min_length=1, max_length=10)]


def _proof(body: Proof, staff: Principal, _: datetime) -> ProofSubmitted:
    return ProofSubmitted(staff=staff.subject, proof=body.proof, user_id=body.user_id)


def _question(body: Question, staff: Principal, _: datetime) -> InfoRequestSubmitted:
    return InfoRequestSubmitted(staff=staff.subject, items=tuple(dict.fromkeys(body.items)))


def _inadmissible(body: Inadmissible, staff: Principal, _: datetime) -> InadmissibleSubmitted:
    return InadmissibleSubmitted(staff=staff.subject, reasons=body.reasons)


COMMANDS = {
    "decide-inadmissible": Command(Inadmissible, _inadmissible, MAY_DECIDE),
    "record-proof": Command(Proof, _proof, MAY_DECIDE),
    "request-information": Command(Question, _question, MAY_DECIDE),
}
